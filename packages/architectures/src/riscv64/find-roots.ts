import {
  type FoundRoot,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
  type VirtualRange,
} from '@vmcorekit/core';
import { entriesAt, isServed, pagesBelow } from '../address-shape.ts';
import type { TableFormat } from '../radix/format.ts';
import { mapsItself } from '../radix/self-map.ts';
import { likelyTables } from '../table-looks.ts';
import { isInMemory } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
import { type Riscv64Root, riscv64Root, topTableOf } from './root.ts';

const pageSizeInBytes = 0x1000;
const wordsPerPage: number = pageSizeInBytes / 4;

/** The pages of valid entries, and of zeros. */
export const topTableLook: MemoryLook<number> = likelyTables({
  mayBegin: (lowestByte) => lowestByte === 0 || (lowestByte & 1) === 1,
  isLikely,
});

/**
 * Roots of a kernel, found without a CPU's help, in one pass over memory:
 *
 * 1. A root is a page of valid entries that lead into memory, and of zeros. Some serve the window.
 * 2. Linux's image holds the kernel's root in its data. So the tables below map the root's page in
 *    the window, as far from its virtual address as the text. Processes' roots share those tables,
 *    and are not in the image. A table of a lower level looks like a root of fewer levels, and is
 *    not in the image either.
 *
 * A kernel has one such root. Source: Linux, arch/riscv/mm/init.c (setup_vm_final,
 * swapper_pg_dir).
 */
export function* findRoots(
  memory: PhysicalMemory,
  window: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  for (const step of lookThrough(memory, topTableLook)) {
    if (typeof step !== 'number') {
      yield step;
      continue;
    }
    for (const levels of [5, 4, 3] as const) {
      const root = riscv64Root(step, levels);
      const isLikelyRoot = isRootOf(memory, root, window);
      if (isLikelyRoot && (yield* mapsItself(memory, topTableOf(root), window))) {
        yield { root, sharedTable: step };
      }
    }
  }
}

/**
 * Whether each entry is zero or has V set, and no bit that is reserved in all entries. Most pages
 * fail at their first words.
 */
function isLikely(words: Uint32Array, from: number): boolean {
  let hasEntry = false;
  for (let at = from; at < from + wordsPerPage; at += 2) {
    const low = words[at] as number;
    const high = words[at + 1] as number;
    if ((low | high) === 0) {
      continue;
    }
    if ((low & 1) === 0 || (high & 0x07fc_0000) !== 0) {
      return false;
    }
    hasEntry = true;
  }
  return hasEntry;
}

/** Whether a page has the structure of a root of this format that serves the window. */
function isRootOf(memory: PhysicalMemory, root: Riscv64Root, window: VirtualRange): boolean {
  const words = tableWords(memory, root.tableAddress, pageSizeInBytes);
  if (words === undefined) {
    return false;
  }
  const { format } = topTableOf(root);
  const level = root.levels;
  const [first, last] = indicesOf(format, window);
  let servesWindow = false;
  for (let index = 0; index < entriesAt(format, level); index++) {
    const low = words[index * 2] ?? 0;
    const high = words[index * 2 + 1] ?? 0;
    if (low === 0 && high === 0) {
      continue;
    }
    const kind = format.kindOf(level, low, high);
    if (kind === 'table') {
      const { table } = format.tableBelow(level, low, high);
      if (!isInMemory(memory, table)) {
        return false;
      }
      servesWindow ||= index >= first && index <= last;
    } else if (kind !== 'leaf') {
      return false;
    }
  }
  return servesWindow;
}

/** The first and the last entry of the top table that serve a window. */
function indicesOf(format: TableFormat, { start, end }: VirtualRange): readonly [number, number] {
  const level = format.indexBits.length;
  const indexOf = (address: bigint): number =>
    Math.floor(Number(address >> 12n) / pagesBelow(format, level)) % entriesAt(format, level);
  return isServed(format, start) ? [indexOf(start), indexOf(end - 1n)] : [0, -1];
}
