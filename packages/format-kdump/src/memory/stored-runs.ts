import type { PfnRange } from '../header/header.ts';
import type { PartSpan } from '../split-set.ts';

/**
 * A run ends here even where the next page is stored too: 4 GiB at 4 KiB. So each step of a search
 * stays short.
 */
const maxPagesPerRun: number = 2 ** 20;

/**
 * The runs of stored pages of one file in [from, to), ascending, in the file's own PFNs. Leaves out
 * pages known to be zero, and pages whose descriptors are impossible. Of a partial page it includes
 * the held part: its run ends at a fraction of a PFN. Reads descriptors, never pages.
 */
export function* storedRunsOf(
  span: PartSpan,
  from: number,
  to: number,
): Generator<PfnRange, void, void> {
  const { part } = span;
  const end = Math.min(to, span.end);
  const first = Math.max(from, span.start);
  if (first >= end) {
    return;
  }
  let start = -1;
  let stop = -1;
  for (const dumped of part.dumped.runs(first, end)) {
    let index = part.descriptorIndexOf(dumped.start);
    for (let pfn = dumped.start; pfn < dumped.end; pfn++, index++) {
      const { state, size } = part.storedEntry(index);
      if (state === 'partial') {
        if (start >= 0) {
          yield { start, end: stop };
          start = -1;
        }
        yield { start: pfn, end: pfn + size / part.header.blockSizeInBytes };
      }
      if (state !== 'stored') {
        continue;
      }
      if (start < 0 || pfn !== stop || pfn - start >= maxPagesPerRun) {
        if (start >= 0) {
          yield { start, end: stop };
        }
        start = pfn;
      }
      stop = pfn + 1;
    }
  }
  if (start >= 0) {
    yield { start, end: stop };
  }
}
