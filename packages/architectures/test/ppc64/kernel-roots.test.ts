import { ppc64 } from '@vmcorekit/architectures';
import type { TranslationRoot } from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const processTable = 0x1f0_0000;
const root = 0x29d_0000;
/** GR, PRTB, and the size of the table. */
const partitionEntry = (1n << 63n) | BigInt(processTable) | 4n;
/** The size of Linux's address space (52 bits), the root, and the size of its table. */
const processEntry = 0x4000_0000_0000_00adn | BigInt(root);

function rootsOf(pate1: bigint | null, entry: bigint = processEntry): readonly TranslationRoot[] {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x400_0000 }] });
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, entry);
  memory.write(processTable, bytes);
  const registers = new Map(pate1 === null ? [] : [['pate1', pate1] as const]);
  return ppc64.mmu?.kernelRootsOf?.(memory, registers) ?? [];
}

describe("the root in ppc64's process table", () => {
  it('is that of the first entry', () => {
    expect(rootsOf(partitionEntry).map(({ tableAddress }) => tableAddress)).to.deep.equal([root]);
  });

  it('is none with a hash table, without a place, and where no such entry is', () => {
    const notRadix = partitionEntry & ~(1n << 63n);
    for (const pate1 of [null, 0n, notRadix, 2n ** 64n - 1n, (1n << 63n) | 0x20_0000n]) {
      expect(rootsOf(pate1)).to.deep.equal([]);
    }
    expect(rootsOf(partitionEntry, BigInt(root))).to.deep.equal([]);
    expect(rootsOf(partitionEntry, processEntry | (1n << 50n))).to.deep.equal([]);
  });
});
