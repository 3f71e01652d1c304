import { BufferSource, CountingSource } from '@vmcorekit/core';
import { expect } from 'chai';

describe('CountingSource', () => {
  it('counts the bytes it gave, not those that were asked for', () => {
    const source = new CountingSource(new BufferSource(new Uint8Array(10)));
    source.readInto(0, new Uint8Array(4));
    source.readInto(8, new Uint8Array(4));
    source.readInto(20, new Uint8Array(4));
    expect(source.bytesRead).to.equal(6);
  });

  it('calls it a failed read where the source gives less than it said it has', () => {
    class Shrunk extends BufferSource {
      override readInto(offset: number, target: Uint8Array): number {
        return Math.min(super.readInto(offset, target), Math.max(0, 6 - offset));
      }
    }
    const source = new CountingSource(new Shrunk(new Uint8Array(10), 'FILE'));
    expect(source.readInto(0, new Uint8Array(6))).to.equal(6);
    expect(source.failure).to.equal(null);
    const says =
      'FILE: a read of 4 bytes at 4 gave 2, though the file had 10 bytes when it was opened';
    expect(() => source.readInto(4, new Uint8Array(4))).to.throw(says);
    expect(source.failure?.message).to.equal(says);
    expect(source.failure?.code).to.equal('io');
  });

  it('keeps the first failure of a read', () => {
    let failures = 0;
    class Broken extends BufferSource {
      override readInto(): number {
        throw new Error(`failure ${++failures}`);
      }
    }
    const source = new CountingSource(new Broken(new Uint8Array(10), 'FILE'));
    for (let tries = 0; tries < 2; tries++) {
      expect(() => source.readInto(0, new Uint8Array(1))).to.throw('failure');
    }
    expect(source.failure?.message).to.contain('failure 1');
  });
});
