import { MemoryStore } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { SparseWriter } from '../dist/sparse-writer.js';

const holeInBytes = 64 << 10;

/** Counts what is written. */
class CountingStore extends MemoryStore {
  writtenInBytes = 0;

  override writeAt(offset: number, bytes: Uint8Array): void {
    this.writtenInBytes += bytes.length;
    super.writeAt(offset, bytes);
  }
}

function filled(lengthInBytes: number, value: number): Uint8Array {
  return new Uint8Array(lengthInBytes).fill(value);
}

describe('a writer that leaves out zeros', () => {
  it('writes one byte of a megabyte of zeros', () => {
    const store = new CountingStore();
    const writer = new SparseWriter(store);
    writer.write(0, filled(1 << 20, 0));
    writer.finish(1 << 20);
    expect(store.writtenInBytes).to.equal(1);
    expect(store.sizeInBytes).to.equal(1 << 20);
  });

  it('writes zeros over what was there', () => {
    const store = new CountingStore();
    const writer = new SparseWriter(store);
    writer.write(0, filled(3 * holeInBytes, 7));
    writer.write(holeInBytes, filled(4 * holeInBytes, 0));
    writer.finish(5 * holeInBytes);
    expect(store.bytes.subarray(0, holeInBytes)).to.deep.equal(filled(holeInBytes, 7));
    expect(store.bytes.subarray(holeInBytes).every((byte) => byte === 0)).to.equal(true);
    expect(store.sizeInBytes).to.equal(5 * holeInBytes);
  });

  it('leaves a store as if all had been written', () => {
    const pieces = fc.array(
      fc.record({ length: fc.nat(3 * holeInBytes), value: fc.constantFrom(0, 0, 1) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, (given) => {
        const [sparse, whole] = [new MemoryStore(), new MemoryStore()];
        const writer = new SparseWriter(sparse);
        let at = 0;
        for (const { length, value } of given) {
          writer.write(at, filled(length, value));
          whole.writeAt(at, filled(length, value));
          at += length;
        }
        writer.finish(at);
        expect(Buffer.compare(sparse.bytes, whole.bytes)).to.equal(0);
      }),
      { numRuns: 30 },
    );
  });
});
