import { WalkNotes } from '@vmcorekit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { bucketHeads } from '../../dist/network/bucket-heads.js';
import { Heap } from '../containers/heap.ts';

describe('bucketHeads', () => {
  for (const [byteOrder, wordSizeInBits] of [
    ['little', 64],
    ['big', 64],
    ['little', 32],
    ['big', 32],
  ] as const) {
    it(`finds the heads that hold a node: ${wordSizeInBits} bits, ${byteOrder}-endian`, () => {
      const at = wordSizeInBits === 64 ? undefined : 0xc0000000n;
      const heap = new Heap({ byteOrder, wordSizeInBits, ...(at === undefined ? {} : { at }) });
      const address = heap.take(256 * 16, 4096);
      const word = fc.oneof(
        fc.constantFrom(0n, 1n, 0x80n, 0x100000000n, 0x8000000000000000n),
        fc.bigInt({ min: 0n, max: 2n ** BigInt(wordSizeInBits) - 1n }),
      );
      const words = fc.array(word, { minLength: 256, maxLength: 256 });
      fc.assert(
        fc.property(words, (values) => {
          const heads = values.map((value) => BigInt.asUintN(wordSizeInBits, value));
          for (const [index, head] of heads.entries()) {
            heap.put(address + BigInt(index * 16 + 8), head);
          }
          const buckets = { name: 'a table', address, count: 256, strideInBytes: 16, headAt: 8 };
          const found = [...bucketHeads(heap.kernel, buckets, heap.notes)].flatMap(
            (head) => head ?? [],
          );
          expect(found.map(({ index }) => index)).to.deep.equal(
            [...heads.keys()].filter((index) => {
              const head = heads[index] ?? 0n;
              return head !== 0n && head % 2n === 0n;
            }),
          );
          expect(
            found.every((head) => head.address === address + BigInt(head.index * 16 + 8)),
          ).to.equal(true);
        }),
        { numRuns: 10 },
      );
    });
  }

  it('reads a table of a server in pieces, and pauses between them', () => {
    const heap = new Heap();
    const count = 2 ** 17;
    const address = heap.take(count * 8, 4096);
    heap.put(address + 8n * 100_000n, address);
    const notes = new WalkNotes();
    const buckets = { name: 'a table', address, count, strideInBytes: 8, headAt: 0 };
    const found = [...bucketHeads(heap.kernel, buckets, notes)];
    expect(found.filter((head) => head !== undefined)).to.deep.equal([
      { index: 100_000, address: address + 8n * 100_000n },
    ]);
    expect(found.filter((head) => head === undefined)).to.have.length(4);
    expect(notes.all).to.deep.equal([]);
  });

  it('counts the buckets of a lost page', () => {
    const heap = new Heap();
    const address = heap.take(4096 * 2, 4096);
    heap.put(address + 8192n - 8n, address);
    heap.exclude(address);
    const notes = new WalkNotes();
    const buckets = { name: 'a table', address, count: 1024, strideInBytes: 8, headAt: 0 };
    expect([...bucketHeads(heap.kernel, buckets, notes)]).to.have.length(1);
    expect(notes.all.map(({ because }) => because)).to.deep.equal([
      '512 buckets of 1024 cannot be read, the first at 0xffff888000000000',
    ]);
  });

  for (const count of [0, 3, 2 ** 25]) {
    it(`refuses a table of ${count} buckets`, () => {
      const heap = new Heap();
      const notes = new WalkNotes();
      const buckets = {
        name: 'a table',
        address: heap.take(8),
        count,
        strideInBytes: 8,
        headAt: 0,
      };
      expect([...bucketHeads(heap.kernel, buckets, notes)]).to.deep.equal([]);
      expect(notes.all[0]?.because).to.include('which no table has');
    });
  }

  for (const strideInBytes of [0, 12, 8192]) {
    it(`refuses buckets of ${strideInBytes} bytes, as damaged types give them`, () => {
      const heap = new Heap();
      const address = heap.take(4096 * 4, 4096);
      const notes = new WalkNotes();
      const buckets = { name: 'a table', address, count: 2, strideInBytes, headAt: 8 };
      expect([...bucketHeads(heap.kernel, buckets, notes)]).to.deep.equal([]);
      expect(notes.all[0]?.because).to.equal(
        `its types give a bucket ${strideInBytes} bytes, which none has`,
      );
    });
  }
});
