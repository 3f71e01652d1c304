import { riscv64 } from '@vmcorekit/architectures';
import { Riscv64TableBuilder, SparseMemory } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';
import { walk } from './page-walk.ts';

const sizeInBytes = 24 * 0x1000;
const seedSizeInBytes = 8 * 0x1000;
const kernel = 0xffffffff80000000n;
const window = { start: kernel, end: 2n ** 64n };
const maxTablePages = 64;

function memoryOf(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
}

function riscv64Seed(levels: 3 | 4 | 5): Uint8Array {
  const memory = memoryOf();
  const tables = new Riscv64TableBuilder(memory, { levels, root: 0, tablesFrom: 0x1000 });
  const lengthInBytes = 0x3000;
  tables.map({
    virtualAddress: kernel,
    physicalAddress: 0,
    lengthInBytes: 0x1000,
    isWritable: true,
  });
  tables.map({
    virtualAddress: kernel + 0x8000n,
    physicalAddress: 0x8000,
    lengthInBytes,
    isExecutable: true,
  });
  tables.map({
    virtualAddress: 0n,
    physicalAddress: 0x40000000,
    lengthInBytes: 0x40000000,
    level: 3,
  });
  return memory.read(0, seedSizeInBytes);
}

/** The search for roots too, because it walks whatever looks like one. */
export const radixWalk: FuzzTarget = {
  name: 'radix-walk',
  summary: 'memory with page tables of riscv64',
  seeds: () => [riscv64Seed(3), riscv64Seed(4), riscv64Seed(5)],
  run(bytes) {
    const memory = memoryOf();
    memory.write(0, bytes.subarray(0, sizeInBytes));
    const { mmu } = riscv64;
    const roots = mmu?.rootsAt(0) ?? [];
    const walked = roots.map((root) => walk(riscv64, root, memory));
    const pages = [...(mmu?.tablePages?.(memory, roots, maxTablePages) ?? [])].length;
    const found = [...(mmu?.findRoots?.(memory, window) ?? [])].length;
    const linear = roots.filter((root) => mmu?.mapsLinearly?.(memory, root)).length;
    return [...walked, pages, found, linear].join(' ');
  },
};
