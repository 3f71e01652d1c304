import { BufferSource, type ByteSource, CachedSource } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

/** Counts the reads that reach the inner source. */
function counting(bytes: Uint8Array): ByteSource & { reads: number } {
  const inner = new BufferSource(bytes);
  return {
    name: 'counted',
    sizeInBytes: bytes.length,
    reads: 0,
    readInto(offset, target) {
      this.reads += 1;
      return inner.readInto(offset, target);
    },
    [Symbol.dispose]() {},
  };
}

describe('CachedSource', () => {
  it('gives what the inner source gives, wherever and however much is read', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(320), fc.nat(100)), { maxLength: 20 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (bytes, reads, blockSize, blocks) => {
          const cached = new CachedSource(new BufferSource(bytes), blockSize, blocks);
          for (const [offset, length] of reads) {
            const target = new Uint8Array(length);
            const got = cached.readInto(offset, target);
            expect(target.subarray(0, got)).to.deep.equal(bytes.subarray(offset, offset + length));
          }
        },
      ),
    );
  });

  it('reads a block once while it stays cached', () => {
    const source = counting(new Uint8Array(100));
    const cached = new CachedSource(source, 10, 2);
    for (const offset of [0, 3, 7, 12, 15, 1]) {
      cached.readInto(offset, new Uint8Array(2));
    }
    expect(source.reads).to.equal(2);
  });

  it('forgets the block used longest ago first', () => {
    const source = counting(new Uint8Array(100));
    const cached = new CachedSource(source, 10, 2);
    for (const offset of [0, 10, 0, 20, 0]) {
      cached.readInto(offset, new Uint8Array(1));
    }
    expect(source.reads).to.equal(3);
  });
});
