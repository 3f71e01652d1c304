import { BufferSource, type ByteRange, type ByteSource, JoinedSource } from '@vmcorekit/core';
import { expect } from 'chai';

function lossy(sizeInBytes: number, lost: readonly ByteRange[]): ByteSource {
  const whole = new BufferSource(new Uint8Array(sizeInBytes));
  return Object.assign(whole, { lostRanges: () => lost });
}

describe('JoinedSource', () => {
  it('reads over the ends of its parts', () => {
    using source = new JoinedSource('all', [
      new BufferSource(Uint8Array.of(1, 2)),
      new BufferSource(Uint8Array.of(3)),
      new BufferSource(Uint8Array.of(4, 5)),
    ]);
    const target = new Uint8Array(5);
    expect(source.readInto(1, target)).to.equal(4);
    expect([...target]).to.deep.equal([2, 3, 4, 5, 0]);
  });

  it('has lost what its parts have lost', () => {
    using source = new JoinedSource('all', [
      new BufferSource(new Uint8Array(10)),
      lossy(10, [{ offset: 2, lengthInBytes: 3 }]),
      lossy(10, [{ offset: 0, lengthInBytes: 10 }]),
    ]);
    expect([...source.lostRanges(5, 16)]).to.deep.equal([
      { offset: 12, lengthInBytes: 3 },
      { offset: 20, lengthInBytes: 10 },
    ]);
    expect([...source.lostRanges(0, 10)]).to.deep.equal([]);
  });
});
