import { type PhysicalMemory, type Progress, tryRead } from '@vmcorekit/core';
import { digitRunSizeInBytes, digitRuns } from './token-table.ts';

const overlapInBytes: number = digitRunSizeInBytes - 1;
/**
 * A compressed page takes dozens of microseconds, so this many keep a step at a few milliseconds.
 */
const pagesPerStep = 64;

/**
 * The physical addresses where runs of digit tokens stand in the stored pages, ascending, and
 * progress. One pass. A run may cross two pages, so the end of each page is kept for the next.
 */
export function* findPhysicalDigitRuns(
  memory: PhysicalMemory,
): Generator<number | Progress, void, void> {
  const end = memory.ranges.at(-1)?.end ?? 0;
  const { pageSizeInBytes } = memory;
  const seam = new Uint8Array(2 * overlapInBytes);
  let seamEnd = -1;
  let pages = 0;
  for (const run of memory.storedRuns()) {
    let pageEnd = run.start;
    for (let page = run.start; page < run.end; page = pageEnd) {
      pageEnd = Math.min(run.end, page - (page % pageSizeInBytes) + pageSizeInBytes);
      const length = pageEnd - page;
      const found = tryRead(() =>
        memory.withView(page, length, (bytes) => {
          const inSeam = page === seamEnd ? runsInSeam(seam, bytes) : [];
          if (length >= overlapInBytes) {
            seam.set(bytes.subarray(length - overlapInBytes));
          }
          return [...inSeam, ...digitRuns(bytes)];
        }),
      );
      seamEnd = found !== undefined && length >= overlapInBytes ? pageEnd : -1;
      for (const at of found ?? []) {
        yield page + at;
      }
      if (++pages % pagesPerStep === 0) {
        yield { kind: 'progress', doing: 'searching memory for symbols', fraction: page / end };
      }
    }
  }
}

/** Runs that begin before a page and end in it, as offsets from its start. */
function runsInSeam(seam: Uint8Array, page: Uint8Array): number[] {
  seam.fill(0, overlapInBytes);
  seam.set(page.subarray(0, overlapInBytes), overlapInBytes);
  return Array.from(digitRuns(seam), (at) => at - overlapInBytes);
}
