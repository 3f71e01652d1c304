import type { PhysicalMemory } from '@vmcorekit/core';

/** Counting asks the file's index for every page; up to here (16 GiB of 4 KiB pages) that takes about a second. */
export const cheaplyCountedPages: number = 2 ** 22;

/** Pages that the dump says exist. */
export function pagesIn(memory: PhysicalMemory): number {
  return memory.ranges.reduce(
    (sum, { start, end }) => sum + Math.ceil(end / memory.pageSizeInBytes) - Math.floor(start / memory.pageSizeInBytes),
    0,
  );
}
