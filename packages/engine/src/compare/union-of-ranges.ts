import type { PhysicalRange } from '@vmcorekit/core';

/** What lies in either of two lists of ranges, ascending and disjoint as they are. */
export function unionOfRanges(first: readonly PhysicalRange[], second: readonly PhysicalRange[]): PhysicalRange[] {
  const union: PhysicalRange[] = [];
  for (const range of [...first, ...second].sort((a, b) => a.start - b.start)) {
    const last = union.at(-1);
    if (last !== undefined && range.start <= last.end) {
      union[union.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      union.push(range);
    }
  }
  return union;
}
