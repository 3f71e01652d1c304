import {
  type FoundRoot,
  lookThrough,
  type PhysicalMemory,
  type Progress,
  type VirtualRange,
} from '@vmcorekit/core';
import { isInMemory } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
import { addressIn, kindOf } from './descriptors.ts';
import { isTableDescriptor, topTableLook } from './likely-tables.ts';
import { mapsLinearly } from './linear-map.ts';
import { arm64Root } from './root.ts';
import { mapsItself } from './self-map.ts';
import { type Arm64Shape, entriesAt, kernelShapes } from './shape.ts';

/** The entries of a table of 64 KiB pages that a processor without FEAT_LVA uses, its last. */
const lastEntriesUsed = 64;

/**
 * Roots of a kernel, found without a CPU's help, in one pass over memory:
 *
 * 1. A root is a page of entries that lead to tables in memory, and of zeros. (Where the top level
 *    allows blocks, the linear map may consist of them.) Some entries serve the upper half of the
 *    kernel's addresses, where its image and modules lie, some the lower, the linear map.
 *    Measured: 1 to 11 pages in each of ten guests. The lower half maps memory linearly.
 * 2. Linux's image holds the kernel's root. So the tables below map the root's page in the window,
 *    as far from its virtual address as the text. Programs' tables do not, and neither do tables of
 *    another shape.
 *
 * A kernel has one such root. Source: Linux, arch/arm64/mm/mmu.c (paging_init),
 * arch/arm64/kernel/vmlinux.lds.S.
 */
export function* findRoots(
  memory: PhysicalMemory,
  window: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  // A page of 16 KiB or 64 KiB is judged once, whichever of its parts may be a table's.
  const judged = new Map<number, number>();
  for (const step of lookThrough(memory, topTableLook)) {
    if (typeof step !== 'number') {
      yield step;
      continue;
    }
    const now = new Map<number, number>();
    for (const shape of kernelShapes) {
      const granule = 2 ** shape.granuleBits;
      const page = step - (step % granule);
      now.set(granule, page);
      if (judged.get(granule) !== page) {
        yield* rootOfShape(memory, shape, page, window);
      }
    }
    for (const [granule, page] of now) {
      judged.set(granule, page);
    }
  }
}

/** The roots that a table may be, of any shape whose tables may lie there. */
export function* kernelRootsAt(
  memory: PhysicalMemory,
  tableAddress: number,
  window: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  for (const shape of kernelShapes) {
    if (tableAddress % 2 ** shape.granuleBits === 0) {
      yield* rootOfShape(memory, shape, tableAddress, window);
    }
  }
}

function* rootOfShape(
  memory: PhysicalMemory,
  shape: Arm64Shape,
  page: number,
  window: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  if (isRootOf(memory, shape, page)) {
    const root = arm64Root(page, shape);
    if (mapsLinearly(memory, root) && (yield* mapsItself(memory, root, window))) {
      yield { root, sharedTable: page };
    }
  }
}

/** Whether a page has the structure of a root of this shape. */
function isRootOf(memory: PhysicalMemory, shape: Arm64Shape, page: number): boolean {
  const words = tableWords(memory, page, 2 ** shape.granuleBits);
  if (words === undefined) {
    return false;
  }
  const { levels } = shape;
  const entries = entriesAt(shape, levels);
  const half = entries / 2;
  let hasLower = false;
  let hasUpper = false;
  for (let index = 0; index < words.length / 2; index++) {
    const low = words[index * 2] ?? 0;
    const high = words[index * 2 + 1] ?? 0;
    if (low === 0 && high === 0) {
      continue;
    }
    const isUpper = index >= half;
    const kind = index < entries ? kindOf(shape, levels, low) : 'invalid';
    if (kind === 'invalid' || !isInMemory(memory, addressIn(shape, low, high))) {
      return false;
    }
    if (kind === 'table' ? !isTableDescriptor(low, high) : isUpper) {
      return false;
    }
    hasLower ||= !isUpper || isLowerOfLast(shape, index);
    hasUpper ||= isUpper;
  }
  return hasLower && hasUpper;
}

/** Where a processor uses only a table's last entries, their lower half has the linear map. */
function isLowerOfLast(shape: Arm64Shape, index: number): boolean {
  const first = entriesAt(shape, shape.levels) - lastEntriesUsed;
  return (
    shape.granuleBits === 16 &&
    shape.addressBits === 52 &&
    index >= first &&
    index < first + lastEntriesUsed / 2
  );
}
