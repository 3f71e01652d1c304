import { riscv64, s390x } from '@vmcorekit/architectures';
import { Riscv64TableBuilder, S390xTableBuilder } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';
import { emptyMemory, explore, type Machine, sizeInBytes } from './explore-tables.ts';

const seedSizeInBytes = 8 * 0x1000;
const kernel = 0xffffffff80000000n;

const machines: readonly Machine[] = [
  { architecture: riscv64, window: { start: kernel, end: 2n ** 64n } },
  { architecture: s390x, byteOrder: 'big', window: { start: 0n, end: 2n ** 53n } },
];

function riscv64Seed(levels: 3 | 4 | 5): Uint8Array {
  const memory = emptyMemory('little');
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
  const memory = emptyMemory('big');
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

export const radixWalk: FuzzTarget = {
  name: 'radix-walk',
  summary: 'memory with page tables of riscv64 or s390x',
  seeds: () => [riscv64Seed(3), riscv64Seed(4), riscv64Seed(5), s390xSeed(3), s390xSeed(4)],
  run: (bytes) => explore(machines, bytes),
};
