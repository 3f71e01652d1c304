import { BufferSource, type ByteSource, VmcorekitError } from '@vmcorekit/core';
import { LimeFormat } from '@vmcorekit/format-lime';
import { buildLime, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';
import { pattern, statesOf } from './opened.ts';

/** A file in a container that has lost a part of it. */
function losing(bytes: Uint8Array, from: number, to: number): ByteSource {
  const whole = new BufferSource(bytes, 'lossy');
  return {
    name: whole.name,
    sizeInBytes: whole.sizeInBytes,
    readInto(offset, target) {
      if (offset < to && from < offset + target.length) {
        throw new VmcorekitError('bad-data', { codec: 'lossy', because: 'a segment is missing' });
      }
      return whole.readInto(offset, target);
    },
    *lostRanges(offset, lengthInBytes) {
      const start = Math.max(from, offset);
      const end = Math.min(to, offset + lengthInBytes);
      if (start < end) {
        yield { offset: start, lengthInBytes: end - start };
      }
    },
    [Symbol.dispose]() {},
  };
}

describe('a LiME file whose container has lost a part', () => {
  const [one, two, three] = [0x1000, 0x10000, 0x20000].map((s_addr, index) => ({
    s_addr,
    data: pattern(0x3000, index + 1),
  }));
  const file = buildLime([one, two, three].filter((range) => range !== undefined));

  // An EWF set without its second segment could not be opened, if a header lay in what it held.
  it('is read on after a lost header, at the next one', async () => {
    const secondAt = 32 + 0x3000;
    using image = await openFormat(new LimeFormat(), [losing(file, secondAt, secondAt + 40)]);
    expect(statesOf(image, 0x24000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-4000',
      'absent 4000-20000',
      'stored 20000-23000',
      'absent 23000-24000',
    ]);
    expect(image.damage.map(({ name }) => name)).to.include('memory-unplaced');
    expect(image.memory.read(0x20000, 0x3000)).to.deep.equal(three?.data);
  });

  it('has lost those bytes of its memory, and no zeros stand for them', async () => {
    using image = await openFormat(new LimeFormat(), [losing(file, 32 + 0x1000, 32 + 0x2000)]);
    expect(statesOf(image, 0x5000)).to.deep.equal([
      'absent 0-1000',
      'stored 1000-2000',
      'corrupt 2000-3000',
      'stored 3000-4000',
      'absent 4000-5000',
    ]);
    expect(() => image.memory.read(0x2000, 1)).to.throw('page 0x2 ');
  });
});
