import { i386, x8664 } from '@vmcorekit/architectures';
import {
  type Architecture,
  isVmcorekitError,
  type MappedRun,
  type TranslationRoot,
} from '@vmcorekit/core';
import { PageTableBuilder, SparseMemory } from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

const pages = 24;
const sizeInBytes: number = pages * 0x1000;
const maxRuns = 128;
const windows = [
  { from: 0xffffffff80000000n, to: 0xffffffffc0000000n },
  { from: 0xffff888000000000n, to: 0xffffc88000000000n },
  { from: 0n, to: 0x40000000n },
] as const;
const probed: readonly bigint[] = [
  0n,
  0xffffffff80000000n,
  0x0000800000000000n,
  0xffff7fffffffffffn,
  0xffffffffffffffffn,
  0xc0000000n,
];
const roots: readonly { readonly architecture: Architecture; readonly root: TranslationRoot }[] = [
  x8664,
  i386,
].flatMap((architecture) =>
  (architecture.mmu?.rootsAt(0) ?? []).map((root) => ({ architecture, root })),
);

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

export const pageWalk: FuzzTarget = {
  name: 'page-walk',
  summary: 'page tables, the root first',
  seeds: () => [seed(4), seed(5)],
  run(bytes) {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    memory.write(0, bytes.subarray(0, sizeInBytes));
    return roots.map(({ architecture, root }) => walk(architecture, root, memory)).join(' ');
  },
};

function walk({ mmu }: Architecture, root: TranslationRoot, memory: SparseMemory): string {
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
  return `${root.levels}:${Math.min(3, Math.ceil(Math.log10(count + 1)))}:${mapped.length}`;
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
