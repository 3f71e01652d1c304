import type { Damage } from '@vmcorekit/core';
import type { PfnRange } from '../header/header.ts';
import type { PartSpan } from '../split-set.ts';

/** A machine has a few dozen; a bitmap made to harm may hold millions. */
const maxRanges = 65_536;

/** What the bitmaps say exists, in the file's own PFNs, ascending; neighbours merged across files. */
export function memoryMapOf(spans: readonly PartSpan[], damage: Damage[]): PfnRange[] {
  const ranges: PfnRange[] = [];
  for (const { part, start, end } of spans) {
    const bitmap = part.exists ?? part.dumped;
    for (const run of bitmap.runs(start, end)) {
      const last = ranges.at(-1);
      if (last !== undefined && last.end === run.start) {
        ranges[ranges.length - 1] = { start: last.start, end: run.end };
      } else if (ranges.length < maxRanges) {
        ranges.push(run);
      } else {
        damage.push({
          name: 'memory-map-cut',
          loses: 'nothing',
          detail: `the bitmap holds more than ${maxRanges} runs of pages; the memory map is one range from PFN ${run.start} on`,
          pfn: run.start,
        });
        ranges.push({ start: run.start, end: spans.at(-1)?.end ?? run.end });
        return ranges;
      }
    }
  }
  return ranges;
}
