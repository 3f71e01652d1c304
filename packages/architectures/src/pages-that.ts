import { type PhysicalMemory, type Progress, tryRead } from '@vmcorekit/core';

const pageSizeInBytes = 0x1000;
/**
 * A compressed page takes dozens of microseconds, so this many keep a step at a few milliseconds.
 */
const pagesPerStep = 64;

/** The 4 KiB pages of all stored memory, ascending, whose bytes pass a test. Reads each once. */
export function* pagesThat(
  memory: PhysicalMemory,
  test: (page: Uint8Array) => boolean,
): Generator<number | Progress, void, void> {
  const end = memory.ranges.at(-1)?.end ?? 0;
  let passes = false;
  const look = (view: Uint8Array): void => {
    passes = test(view);
  };
  let pages = 0;
  let seenTo = 0;
  for (const run of memory.storedRuns()) {
    // A run may begin within a page, and two may share one.
    const first = Math.max(seenTo, Math.floor(run.start / pageSizeInBytes) * pageSizeInBytes);
    for (let page = first; page < run.end; page += pageSizeInBytes) {
      seenTo = page + pageSizeInBytes;
      passes = false;
      tryRead(() => memory.withView(page, pageSizeInBytes, look));
      if (passes) {
        yield page;
      }
      if (++pages % pagesPerStep === 0) {
        yield {
          kind: 'progress',
          doing: 'searching for page tables',
          fraction: page / (end || page),
        };
      }
    }
  }
}
