import { isZero, type PhysicalMemory, type Progress, tryRead } from '@vmcorekit/core';

/** So much compressed memory takes a few milliseconds. */
const bytesPerStep = 256 * 1024;

/** Looks at the bytes of a page, which begin at a physical address. */
export type LookAtPage<Found> = (
  bytes: Uint8Array,
  address: number,
  isAllZero: boolean,
) => readonly Found[];

/**
 * What a look at each stored page finds, ascending, and progress. `look` may keep no part of the
 * bytes. Pages that cannot be read are passed over. Not `storedPages`: it copies each page, which
 * makes the search of 5 GB take a tenth longer.
 */
export function* lookThroughMemory<Found>(
  memory: PhysicalMemory,
  doing: string,
  look: LookAtPage<Found>,
): Generator<Found | Progress, void, void> {
  const end = memory.ranges.at(-1)?.end ?? 0;
  const { pageSizeInBytes } = memory;
  let page = 0;
  let found: readonly Found[] = [];
  const lookAt = (bytes: Uint8Array): void => {
    found = look(bytes, page, isZero(bytes));
  };
  let bytesLeft = bytesPerStep;
  for (const run of memory.storedRuns()) {
    let pageEnd = run.start;
    for (page = run.start; page < run.end; page = pageEnd) {
      pageEnd = Math.min(run.end, page - (page % pageSizeInBytes) + pageSizeInBytes);
      const lengthInBytes = pageEnd - page;
      found = [];
      tryRead(() => memory.withView(page, lengthInBytes, lookAt));
      if (found.length > 0) {
        yield* found;
      }
      bytesLeft -= lengthInBytes;
      if (bytesLeft <= 0) {
        bytesLeft = bytesPerStep;
        yield { kind: 'progress', doing, fraction: page / end };
      }
    }
  }
}
