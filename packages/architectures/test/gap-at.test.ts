import { plugin } from '@vmcorekit/architectures';
import { type ByteOrder, isVmcorekitError } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const tableAt = 0x1_0000;
const tablesInBytes = 0x1_0000;
const anyWord = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Addresses in every half and window, and next to their ends. */
const address = fc.oneof(
  fc.constantFrom(
    ...[0n, 0x1000n, 0x7fff_f000n, 0xc000_0000n, 0xffff_f000n, 2n ** 32n, 2n ** 47n, 2n ** 56n],
    ...[0x8000_0000_0000_0000n, 0x9000_0000_0000_1000n, 0xc000_0000_0000_0000n],
    ...[0xff60_0000_0000_0000n, 0xffff_8000_0000_0000n, 0xffff_ffff_8000_0000n, 2n ** 64n - 1n],
  ),
  anyWord,
);
/** What leads to a table of these, in the form of some processor, with any attributes. */
const pointer = fc
  .tuple(
    fc.integer({ min: 0, max: 15 }),
    fc.integer({ min: 0, max: 0xfff }),
    fc.constantFrom(0n, 2n),
    fc.constantFrom(0n, 1n << 63n, 3n << 62n),
  )
  .map(
    ([page, flags, shift, high]) =>
      (BigInt(tableAt + page * 0x1000) >> shift) | BigInt(flags >> Number(shift)) | high,
  );
/** Tables of a few words again and again, so that every entry is one of them. */
const tables = fc.array(fc.oneof(pointer, pointer, anyWord, fc.constant(0n)), {
  minLength: 1,
  maxLength: 6,
});

function memoryOf(words: readonly bigint[], byteOrder: ByteOrder): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10_0000 }], byteOrder });
  const bytes = new Uint8Array(tablesInBytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < tablesInBytes; at += 8) {
    view.setBigUint64(at, words[(at / 8) % words.length] ?? 0n, byteOrder === 'little');
  }
  memory.write(tableAt, bytes);
  return memory;
}

/** What is returned, and the facts of an error that is thrown. */
function factsOf(look: () => unknown, refused: readonly string[]): unknown {
  try {
    return look();
  } catch (error) {
    if (isVmcorekitError(error)) {
      expect(refused).to.include(error.code);
      return error.facts;
    }
    throw error;
  }
}

describe('gapAt', () => {
  for (const { name, mmu, byteOrder = 'big' } of plugin.architectures ?? []) {
    if (mmu === undefined) {
      continue;
    }
    it(`of ${name} returns what translate throws, whatever the tables hold`, () => {
      fc.assert(
        fc.property(tables, address, (words, virtualAddress) => {
          const memory = memoryOf(words, byteOrder);
          for (const root of [...mmu.rootsAt(tableAt), ...(mmu.windows ?? [])]) {
            const gap = factsOf(
              () => mmu.gapAt?.(memory, root, virtualAddress),
              ['page-unreadable'],
            );
            const unmapped = factsOf(
              () => void mmu.translate(memory, root, virtualAddress),
              ['page-unreadable', 'not-mapped'],
            );
            expect(gap, root.summary).to.deep.equal(unmapped);
          }
        }),
        { numRuns: 50 },
      );
    });
  }
});
