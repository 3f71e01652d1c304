import type { Damage } from '@vmcorekit/core';
import type { PfnRange } from '../header/header.ts';
import type { KdumpPart } from '../part/kdump-part.ts';
import type { PartSpan } from '../split-set.ts';

/** A machine has a few dozen; a hostile bitmap may hold millions. */
const maxRanges = 65_536;

/**
 * What the bitmaps say exists, in the file's own PFNs, ascending, merged across files. A dumped
 * page exists, whatever the first bitmap says.
 */
export function memoryMapOf(spans: readonly PartSpan[], damage: Damage[]): PfnRange[] {
  const ranges: PfnRange[] = [];
  for (const { part, start, end } of spans) {
    for (const run of runsOfEither(part, start, end)) {
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

/** The runs of pages that are in either bitmap. */
function* runsOfEither(
  { exists, dumped }: Pick<KdumpPart, 'exists' | 'dumped'>,
  start: number,
  end: number,
): Generator<PfnRange, void, void> {
  if (exists === null) {
    yield* dumped.runs(start, end);
    return;
  }
  let [nextExisting, nextDumped] = [-1, -1];
  for (let at = start; at < end; ) {
    nextExisting = nextExisting < at ? exists.next(true, at, end) : nextExisting;
    nextDumped = nextDumped < at ? dumped.next(true, at, end) : nextDumped;
    const from = Math.min(nextExisting, nextDumped);
    let to = from;
    for (let before = -1; before < to; ) {
      before = to;
      to = dumped.next(false, exists.next(false, to, end), end);
    }
    if (from < to) {
      yield { start: from, end: to };
    }
    at = to;
  }
}
