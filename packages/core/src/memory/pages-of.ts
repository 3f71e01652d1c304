import type { PhysicalRange } from '../physical-memory.ts';

/** Pieces that cross no page's boundary; the first and the last of a range may be smaller than a page. */
export function* pagesOf(ranges: readonly PhysicalRange[], pageSizeInBytes: number): Generator<PhysicalRange, void, void> {
  for (const range of ranges) {
    for (let start = range.start; start < range.end; ) {
      const end = Math.min(range.end, start - (start % pageSizeInBytes) + pageSizeInBytes);
      yield { start, end };
      start = end;
    }
  }
}
