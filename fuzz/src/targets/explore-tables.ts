import {
  type Architecture,
  type ByteOrder,
  isVmcorekitError,
  type MappedRun,
  type TranslationRoot,
  type VirtualRange,
} from '@vmcorekit/core';
import { SparseMemory } from '@vmcorekit/testing';
import { must } from '../target.ts';

export const sizeInBytes: number = 24 * 0x1000;
const maxRuns = 128;
const maxTablePages = 64;
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

/** A processor, and where its kernel's image may lie. */
export interface Machine {
  readonly architecture: Architecture;
  readonly byteOrder?: ByteOrder;
  readonly window: VirtualRange;
}

export function emptyMemory(byteOrder: ByteOrder = 'little'): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }], byteOrder });
}

/**
 * Walks memory whose first table is a root, and lists its tables. Searches it for roots too: the
 * search walks whatever looks like one.
 */
export function explore(machines: readonly Machine[], bytes: Uint8Array): string {
  return machines.map((machine) => exploreOne(machine, bytes)).join(' | ');
}

function exploreOne({ architecture, byteOrder, window }: Machine, bytes: Uint8Array): string {
  const memory = emptyMemory(byteOrder);
  memory.write(0, bytes.subarray(0, sizeInBytes));
  const { mmu } = architecture;
  const roots = [...(mmu?.rootsAt(0) ?? []), ...(mmu?.windows ?? [])];
  const walked = roots.map((root) => walk(architecture, root, memory));
  const pages = [...(mmu?.tablePages?.(memory, roots, maxTablePages) ?? [])].length;
  const found = [...(mmu?.findRoots?.(memory, window) ?? [])].length;
  const linear = roots.filter((root) => mmu?.mapsLinearly?.(memory, root)).length;
  return [...walked, pages, found, linear].join(' ');
}

/** Walks tables through every interface; what it returns differs where inputs do. */
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
