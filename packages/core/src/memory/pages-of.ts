import type { PhysicalMemory, PhysicalRange } from '../physical-memory.ts';

/**
 * Splits a range into pieces that cross no page boundary. The first and the last may be smaller
 * than a page.
 */
export function* pagesOf(
  ranges: Iterable<PhysicalRange>,
  pageSizeInBytes: number,
): Generator<PhysicalRange, void, void> {
  for (const range of ranges) {
    for (let start = range.start; start < range.end; ) {
      const end = Math.min(range.end, start - (start % pageSizeInBytes) + pageSizeInBytes);
      yield { start, end };
      start = end;
    }
  }
}

/**
 * Counts the pages that a dump says exist, with or without their bytes. A page that a range covers
 * in part counts as one.
 */
export function pagesIn({
  ranges,
  pageSizeInBytes,
}: Pick<PhysicalMemory, 'ranges' | 'pageSizeInBytes'>): number {
  return ranges.reduce(
    (sum, { start, end }) =>
      sum + Math.ceil(end / pageSizeInBytes) - Math.floor(start / pageSizeInBytes),
    0,
  );
}

/** How many bytes disjoint ranges hold together. */
export function sizeOfRanges(ranges: readonly PhysicalRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}
