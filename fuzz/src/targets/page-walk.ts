import { arm, arm64, i386, loongarch64, ppc64, x8664 } from '@vmcorekit/architectures';
import {
  type Architecture,
  isVmcorekitError,
  type MappedRun,
  type TranslationRoot,
} from '@vmcorekit/core';
import {
  Arm64TableBuilder,
  PageTableBuilder,
  RadixTableBuilder,
  SparseMemory,
} from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

const pages = 24;
const sizeInBytes: number = pages * 0x1000;
const maxRuns = 128;
const windows = [
  { from: 0xffffffff80000000n, to: 0xffffffffc0000000n },
  { from: 0xffff888000000000n, to: 0xffffc88000000000n },
  { from: 0n, to: 0x40000000n },
  { from: 0xc000000000000000n, to: 0xc008000000000000n },
  { from: 0xc0000000n, to: 0x100000000n },
  { from: 0x9000000000000000n, to: 0x9001000000000000n },
] as const;
const probed: readonly bigint[] = [
  0n,
  0xffffffff80000000n,
  0x0000800000000000n,
  0xffff7fffffffffffn,
  0xffffffffffffffffn,
  0xc0000000n,
  0xc000000000000000n,
];
interface MappedMachine {
  readonly architecture: Architecture;
  readonly root: TranslationRoot;
}

const ofX86: readonly MappedMachine[] = rootsOf([x8664, i386]);
const ofArm64: readonly MappedMachine[] = rootsOf([arm64]);
const ofPpc64: readonly MappedMachine[] = rootsOf([ppc64]);
const ofOthers: readonly MappedMachine[] = rootsOf([arm, loongarch64]);

function rootsOf(architectures: readonly Architecture[]): MappedMachine[] {
  return architectures.flatMap((architecture) =>
    [...(architecture.mmu?.rootsAt(0) ?? []), ...(architecture.mmu?.windows ?? [])].map((root) => ({
      architecture,
      root,
    })),
  );
}

function seed(levels: 4 | 5): Uint8Array {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
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
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
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
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
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
  run: (bytes) => walkAll(ofX86, bytes),
};

export const ppc64PageWalk: FuzzTarget = {
  name: 'ppc64-walk',
  summary: 'radix trees of ppc64, the root first',
  seeds: () => [radixSeed()],
  run: (bytes) => walkAll(ofPpc64, bytes),
};

export const armPageWalk: FuzzTarget = {
  name: 'arm-walk',
  summary: 'page tables of 32-bit ARM, the root first, and the windows of loongarch64',
  seeds: () => [shortSeed()],
  run: (bytes) => walkAll(ofOthers, bytes),
};

export const arm64PageWalk: FuzzTarget = {
  name: 'arm64-walk',
  summary: 'page tables of arm64, the root first',
  seeds: () => [arm64Seed(0x1000, 48), arm64Seed(0x1000, 52), arm64Seed(0x4000, 47)],
  run(bytes) {
    const memory = memoryOf(bytes);
    let found = 0;
    const steps = arm64.mmu?.findRoots?.(memory, { start: 0xffff800000000000n, end: 2n ** 64n });
    for (const step of steps ?? []) {
      found += 'kind' in step ? 0 : 1;
    }
    return `${found} ${walkAll(ofArm64, bytes)}`;
  },
};

function memoryOf(bytes: Uint8Array): SparseMemory {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, bytes.subarray(0, sizeInBytes));
  return memory;
}

function walkAll(machines: readonly MappedMachine[], bytes: Uint8Array): string {
  const memory = memoryOf(bytes);
  return machines.map(({ architecture, root }) => walk(architecture, root, memory)).join(' ');
}

/** Walks tables through every interface; what it returns differs where inputs do. */
export function walk({ mmu }: Architecture, root: TranslationRoot, memory: SparseMemory): string {
  let count = 0;
  for (const { from, to } of windows) {
    for (const run of mmu?.mappedRuns(memory, root, from, to, maxRuns) ?? []) {
      must(
        run.virtualAddress >= from && run.virtualAddress + BigInt(run.lengthInBytes) <= to,
        'a run lies in its window',
      );
      count++;
      if (count % 16 === 1) {
        checkRun(mmu?.translate(memory, root, run.virtualAddress).physicalAddress, run);
      }
    }
  }
  const mapped = probed.filter((address) => isMapped(() => mmu?.translate(memory, root, address)));
  return `${root.levels ?? 0}:${Math.min(3, Math.ceil(Math.log10(count + 1)))}:${mapped.length}`;
}

function checkRun(physicalAddress: number | undefined, run: MappedRun): void {
  must(
    physicalAddress === run.physicalAddress,
    `a run at ${run.virtualAddress} maps ${run.physicalAddress}, a walk ${physicalAddress}`,
  );
}

function isMapped(look: () => unknown): boolean {
  try {
    look();
    return true;
  } catch (error) {
    if (isVmcorekitError(error, 'not-mapped') || isVmcorekitError(error, 'page-unreadable')) {
      return false;
    }
    throw error;
  }
}
