import type { PhysicalMemory, PhysicalRange } from '@vmcorekit/core';
import type { StateRun } from './page-tally.ts';

/** After this many pages of one state the caller gets its turn. */
const pagesPerStep = 2 ** 16;

/**
 * The state of every page of a range, from the file's index. Yields runs no longer than one turn.
 */
export function* everyPage(
  memory: PhysicalMemory,
  { start, end }: PhysicalRange,
): Generator<StateRun, void, void> {
  const { pageSizeInBytes } = memory;
  const last = Math.ceil(end / pageSizeInBytes);
  let pfn = Math.floor(start / pageSizeInBytes);
  while (pfn < last) {
    const state = memory.pageState(pfn);
    let next = pfn + 1;
    while (next < last && next - pfn < pagesPerStep && memory.pageState(next) === state) {
      next++;
    }
    yield {
      start: Math.max(start, pfn * pageSizeInBytes),
      end: Math.min(end, next * pageSizeInBytes),
      state,
    };
    pfn = next;
  }
}

/**
 * The stored runs of a range and the gaps between them. The work grows with the file, not with the
 * memory it claims.
 */
export function* storedOrNot(
  memory: PhysicalMemory,
  { start, end }: PhysicalRange,
): Generator<StateRun, void, void> {
  let done = start;
  for (const run of memory.storedRuns(start, end)) {
    const from = Math.max(done, run.start);
    const to = Math.min(end, run.end);
    if (from > done) {
      yield { start: done, end: from, state: 'unstored' };
    }
    if (to > from) {
      yield { start: from, end: to, state: 'stored' };
      done = to;
    }
  }
  if (done < end) {
    yield { start: done, end, state: 'unstored' };
  }
}
