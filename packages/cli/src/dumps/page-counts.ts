import type { PageState, PhysicalMemory } from '@vmcorekit/core';

/** How many pages of a dump are in which state. */
export type PageCounts = Readonly<Record<PageState, number>>;

/** Counting asks the file's index for every page; up to here (16 GiB of 4 KiB pages) that takes about a second. */
export const cheaplyCountedPages: number = 2 ** 22;

/** Pages that the dump says exist. */
export function pagesIn(memory: PhysicalMemory): number {
  return memory.ranges.reduce(
    (sum, { start, end }) => sum + Math.ceil(end / memory.pageSizeInBytes) - Math.floor(start / memory.pageSizeInBytes),
    0,
  );
}

export function countPages(memory: PhysicalMemory): PageCounts {
  const counts: Record<PageState, number> = { stored: 0, zero: 0, excluded: 0, absent: 0, corrupt: 0 };
  for (const { start, end } of memory.ranges) {
    const last = Math.ceil(end / memory.pageSizeInBytes);
    for (let pfn = Math.floor(start / memory.pageSizeInBytes); pfn < last; pfn++) {
      counts[memory.pageState(pfn)]++;
    }
  }
  return counts;
}
