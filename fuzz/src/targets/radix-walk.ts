import { riscv64, s390x } from '@vmcorekit/architectures';
import type { Architecture, ByteOrder, VirtualRange } from '@vmcorekit/core';
import { Riscv64TableBuilder, S390xTableBuilder, SparseMemory } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';
import { walk } from './page-walk.ts';

const sizeInBytes = 24 * 0x1000;
const seedSizeInBytes = 8 * 0x1000;
const kernel = 0xffffffff80000000n;
const maxTablePages = 64;

interface Machine {
  readonly architecture: Architecture;
  readonly byteOrder: ByteOrder;
  readonly window: VirtualRange;
}

const machines: readonly Machine[] = [
  { architecture: riscv64, byteOrder: 'little', window: { start: kernel, end: 2n ** 64n } },
  { architecture: s390x, byteOrder: 'big', window: { start: 0n, end: 2n ** 53n } },
];

function memoryOf(byteOrder: ByteOrder): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }], byteOrder });
}

function riscv64Seed(levels: 3 | 4 | 5): Uint8Array {
  const memory = memoryOf('little');
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

function s390xSeed(levels: 3 | 4): Uint8Array {
  const memory = memoryOf('big');
  const tables = new S390xTableBuilder(memory, { levels, root: 0, tablesFrom: 0x4000 });
  const image = 0x3fffe000000n;
  tables.map({
    virtualAddress: image,
    physicalAddress: 0,
    lengthInBytes: 0x4000,
    isWritable: true,
  });
  tables.map({
    virtualAddress: image + 0x10000n,
    physicalAddress: 0x10000,
    lengthInBytes: 0x1000,
    isExecutable: true,
  });
  return memory.read(0, sizeInBytes);
}

/** The search for roots too, because it walks whatever looks like one. */
export const radixWalk: FuzzTarget = {
  name: 'radix-walk',
  summary: 'memory with page tables of riscv64 or s390x',
  seeds: () => [riscv64Seed(3), riscv64Seed(4), riscv64Seed(5), s390xSeed(3), s390xSeed(4)],
  run: (bytes) => machines.map((machine) => explore(machine, bytes)).join(' | '),
};

function explore({ architecture, byteOrder, window }: Machine, bytes: Uint8Array): string {
  const memory = memoryOf(byteOrder);
  memory.write(0, bytes.subarray(0, sizeInBytes));
  const { mmu } = architecture;
  const roots = mmu?.rootsAt(0) ?? [];
  const walked = roots.map((root) => walk(architecture, root, memory));
  const pages = [...(mmu?.tablePages?.(memory, roots, maxTablePages) ?? [])].length;
  const found = [...(mmu?.findRoots?.(memory, window) ?? [])].length;
  const linear = roots.filter((root) => mmu?.mapsLinearly?.(memory, root)).length;
  return [...walked, pages, found, linear].join(' ');
}
