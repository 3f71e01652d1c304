import { isZero, type PhysicalMemory, type Progress, tryRead } from '@vmcorekit/core';

const pageSizeInBytes = 0x1000;
/**
 * A compressed page takes dozens of microseconds, so this many keep a step at a few milliseconds.
 */
const pagesPerStep = 64;

/** The part of a page that a test needs. */
interface PagePart {
  readonly offset: number;
  readonly sizeInBytes: number;
}

/**
 * The 4 KiB pages of all stored memory, ascending, whose bytes pass a test: all of a page's bytes,
 * or a part of them. No table is all zeros, so pages of zeros fail. Reads each page once.
 */
export function* pagesThat(
  memory: PhysicalMemory,
  test: (bytes: Uint8Array) => boolean,
  { offset, sizeInBytes }: PagePart = { offset: 0, sizeInBytes: pageSizeInBytes },
): Generator<number | Progress, void, void> {
  const end = memory.ranges.at(-1)?.end ?? 0;
  let passes = false;
  const look = (view: Uint8Array): void => {
    passes = !(view.length === pageSizeInBytes && isZero(view)) && test(view);
  };
  let pages = 0;
  let seenTo = 0;
  for (const run of memory.storedRuns()) {
    // A run may begin within a page, and two may share one.
    const first = Math.max(seenTo, Math.floor(run.start / pageSizeInBytes) * pageSizeInBytes);
    for (let page = first; page < run.end; page += pageSizeInBytes) {
      seenTo = page + pageSizeInBytes;
      passes = false;
      tryRead(() => memory.withView(page + offset, sizeInBytes, look));
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
