import { type Damage, type Progress, plural } from '@vmcorekit/core';
import type { KdumpPart } from './part/kdump-part.ts';

const runsPerStep = 4096;

/**
 * Looks for pages that the second bitmap says are dumped and the first says do not exist. No writer
 * makes such a file, so one of the bitmaps is damaged. The pages are read all the same.
 */
export function* checkBitmaps(part: KdumpPart): Generator<Progress | Damage, void, void> {
  const { dumped, exists, range, source } = part;
  if (exists === null) {
    return;
  }
  let count = 0;
  let first = -1;
  let runs = 0;
  for (const run of dumped.runs(range.start, range.end)) {
    for (let pfn = exists.next(false, run.start, run.end); pfn < run.end; ) {
      const end = exists.next(true, pfn, run.end);
      first = first < 0 ? pfn : first;
      count += end - pfn;
      pfn = exists.next(false, end, run.end);
    }
    if (++runs % runsPerStep === 0) {
      yield { kind: 'progress', doing: 'comparing bitmaps', fraction: run.end / range.end };
    }
  }
  if (count > 0) {
    yield {
      name: 'bitmaps-disagree',
      loses: 'nothing',
      detail: `${source.name}: the second bitmap has ${plural(count, 'page')} dumped that the first does not have; the first of them is PFN ${first}`,
      pfn: first,
      fileOffset: exists.fileOffset + Math.floor(first / 8),
    };
  }
}
