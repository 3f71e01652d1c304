import { arm, arm64, i386, loongarch64, ppc64, x8664 } from '@vmcorekit/architectures';
import { Arm64TableBuilder, PageTableBuilder, RadixTableBuilder } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';
import { emptyMemory, explore, sizeInBytes } from './explore-tables.ts';

const x86Machines = [x8664, i386].map((architecture) => ({
  architecture,
  window: { start: 0xffffffff80000000n, end: 0xffffffffc0000000n },
}));
const arm64Machines = [
  { architecture: arm64, window: { start: 0xffff800000000000n, end: 2n ** 64n } },
];
const ppc64Machines = [
  { architecture: ppc64, window: { start: 0xc000000000000000n, end: 0xc008000000000000n } },
];
const armMachines = [arm, loongarch64].map((architecture) => ({
  architecture,
  window: { start: 0n, end: 2n ** 64n },
}));

function seed(levels: 4 | 5): Uint8Array {
  const memory = emptyMemory();
  const tables = new PageTableBuilder(memory, { levels, root: 0, tablesFrom: 0x1000 });
  const lengthInBytes = 0x3000;
  tables.map({
    virtualAddress: 0xffffffff81000000n,
    physicalAddress: 0x10000,
    lengthInBytes,
    isExecutable: true,
  });
  tables.map({
    virtualAddress: 0xffffffff82000000n,
    physicalAddress: 0x200000,
    lengthInBytes: 0x200000,
    pageSizeInBytes: 0x200000,
  });
  tables.map({
    virtualAddress: 0xffff888000000000n,
    physicalAddress: 0,
    lengthInBytes: 0x40000000,
    pageSizeInBytes: 0x40000000,
  });
  return memory.read(0, 10 * 0x1000);
}

function arm64Seed(granuleInBytes: 0x1000 | 0x4000, addressBits: number): Uint8Array {
  const memory = emptyMemory();
  const tables = new Arm64TableBuilder(memory, {
    granuleInBytes,
    addressBits,
    root: 0,
    tablesFrom: granuleInBytes,
  });
  const virtualAddress = 0xffffffff80000000n;
  tables.map({
    virtualAddress,
    physicalAddress: 0,
    lengthInBytes: 2 * granuleInBytes,
    isExecutable: true,
  });
  tables.map({
    virtualAddress: virtualAddress + 0x4000000n,
    physicalAddress: 0x4000000,
    lengthInBytes: 0x2000000,
    level: 2,
  });
  return memory.read(0, granuleInBytes === 0x1000 ? 0x6000 : 0xc000);
}

/** Radix tables of ppc64, whose root alone takes 16 pages. */
function radixSeed(): Uint8Array {
  const memory = emptyMemory();
  const tables = new RadixTableBuilder(memory, { root: 0, tablesFrom: 0x1_0000 });
  const virtualAddress = 0xc000000000000000n;
  tables.map({ virtualAddress, physicalAddress: 0, lengthInBytes: 0x3000, isExecutable: true });
  tables.map({
    virtualAddress: virtualAddress + 0x200000n,
    physicalAddress: 0x200000,
    lengthInBytes: 0x200000,
    level: 2,
    isWritable: true,
  });
  return memory.read(0, sizeInBytes);
}

/** Short descriptors of arm: sections, a supersection, and a table of small and large pages. */
function shortSeed(): Uint8Array {
  const words = new Uint32Array(sizeInBytes / 4);
  const sections = [0x40000402, 0x40108402, 0x40200412, 0x41040402, 0x4001];
  words.set(sections, 0xc00);
  words.set([0x40300032, 0x40301012, 0x40310031], 0x1000);
  return new Uint8Array(words.buffer);
}

export const pageWalk: FuzzTarget = {
  name: 'page-walk',
  summary: 'page tables of x86, the root first',
  seeds: () => [seed(4), seed(5)],
  run: (bytes) => explore(x86Machines, bytes),
};

export const ppc64PageWalk: FuzzTarget = {
  name: 'ppc64-walk',
  summary: 'radix trees of ppc64, the root first',
  seeds: () => [radixSeed()],
  run: (bytes) => explore(ppc64Machines, bytes),
};

export const armPageWalk: FuzzTarget = {
  name: 'arm-walk',
  summary: 'page tables of 32-bit ARM, the root first, and the windows of loongarch64',
  seeds: () => [shortSeed()],
  run: (bytes) => explore(armMachines, bytes),
};

export const arm64PageWalk: FuzzTarget = {
  name: 'arm64-walk',
  summary: 'page tables of arm64, the root first',
  seeds: () => [arm64Seed(0x1000, 48), arm64Seed(0x1000, 52), arm64Seed(0x4000, 47)],
  run: (bytes) => explore(arm64Machines, bytes),
};
