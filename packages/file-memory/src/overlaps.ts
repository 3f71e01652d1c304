import { type Damage, hex, type PhysicalRange, plural } from '@vmcorekit/core';

/**
 * The damage `ranges-overlap`, if any parts of a file hold the same memory. For each byte the first
 * in the file counts, as `FileMemory` resolves them.
 *
 * @param part the format's word for one of them: `region`
 */
export function overlapsOf(ranges: readonly PhysicalRange[], part: string): Damage[] {
  let [overlaps, end] = [0, 0];
  let one: PhysicalRange | undefined;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.start < end && range.start < range.end) {
      overlaps++;
      one ??= range;
    }
    end = Math.max(end, range.end);
  }
  return one === undefined
    ? []
    : [
        {
          name: 'ranges-overlap',
          loses: 'nothing',
          detail: `${plural(overlaps, part)} of ${ranges.length} overlap others, first at ${hex(one.start)}; for each byte the first ${part} in the file counts`,
        },
      ];
}
