import { bitmapBits, setBits } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { Heap } from './heap.ts';

const forms = [
  { byteOrder: 'little', wordSizeInBits: 64 },
  { byteOrder: 'big', wordSizeInBits: 64 },
  { byteOrder: 'little', wordSizeInBits: 32 },
  { byteOrder: 'big', wordSizeInBits: 32 },
] as const;

describe('the bits of a bitmap', () => {
  it('come as they were set, in words of each size and byte order', () => {
    const numbers = fc.uniqueArray(fc.nat({ max: 299 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.constantFrom(...forms), numbers, (form, bits) => {
        const heap = new Heap({ ...form, at: 0xc0000000n });
        const { wordSizeInBits } = form;
        const address = heap.take(64);
        const words = Array.from({ length: 512 / wordSizeInBits }, (_, index) =>
          bits
            .filter((bit) => Math.floor(bit / wordSizeInBits) === index)
            .reduce((word, bit) => word | (1n << BigInt(bit % wordSizeInBits)), 0n),
        );
        heap.put(address, ...words);
        const sorted = bits.toSorted((one, other) => one - other);
        expect([...bitmapBits(heap.kernel, address, 300, heap.notes)]).to.deep.equal(sorted);
        const fewer = sorted.filter((bit) => bit < 77);
        expect([...bitmapBits(heap.kernel, address, 77, heap.notes)]).to.deep.equal(fewer);
        expect(heap.notes.all).to.deep.equal([]);
      }),
    );
  });

  it('go on after a page that the dump lacks, and end at the limit', () => {
    const heap = new Heap();
    const address = heap.take(3 * 4096, 4096);
    for (const page of [0n, 1n, 2n]) {
      heap.put(address + page * 4096n, 1n);
    }
    heap.exclude(address + 4096n);
    const bits = 3 * 4096 * 8;
    expect([...bitmapBits(heap.kernel, address, bits, heap.notes)]).to.deep.equal([0, 65_536]);
    expect(heap.notes.remarks()[0]).to.include('bits 32768 to 65535 cannot be read');
    const few = bitmapBits(heap.kernel, address, bits, heap.notes, { limit: 64 });
    expect([...few]).to.deep.equal([0]);
    expect(heap.notes.remarks()[1]).to.include('the first 64 were looked at');
  });

  it('are none beyond the bytes that are there', () => {
    expect([...setBits(Uint8Array.of(0x81, 0, 0, 0), 64, forms[2])]).to.deep.equal([0, 7]);
  });
});
