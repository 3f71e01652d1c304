import type { PhysicalMemory, Progress } from '@vmcorekit/core';
import { lookThroughMemory } from '../../reading/stored-views.ts';
import { areInDigitRun, digitRunSizeInBytes, digitRuns, mayBeInDigitRun } from './token-table.ts';

const overlapInBytes: number = digitRunSizeInBytes - 1;

/**
 * The physical addresses where runs of digit tokens stand in the stored pages, ascending, and
 * progress. One pass. A run may cross two pages, so the end of each page is kept for the next.
 */
export function* findPhysicalDigitRuns(
  memory: PhysicalMemory,
): Generator<number | Progress, void, void> {
  const seam = new Uint8Array(2 * overlapInBytes);
  let seamEnd = -1;
  let lastByte = -1;
  yield* lookThroughMemory(memory, 'searching memory for symbols', (bytes, page, isAllZero) => {
    const first = bytes[0] ?? -1;
    const inSeam =
      page === seamEnd && areInDigitRun(lastByte, first) ? runsInSeam(seam, bytes) : [];
    seamEnd = -1;
    lastByte = bytes.at(-1) ?? -1;
    // The last byte of a run may begin a page of zeros; no other byte of it is there.
    if (bytes.length >= overlapInBytes && !isAllZero && mayBeInDigitRun(lastByte)) {
      seam.set(bytes.subarray(bytes.length - overlapInBytes));
      seamEnd = page + bytes.length;
    }
    for (const at of isAllZero ? [] : digitRuns(bytes)) {
      inSeam.push(at);
    }
    return inSeam.map((at) => page + at);
  });
}

/** Runs that begin before a page and end in it, as offsets from its start. */
function runsInSeam(seam: Uint8Array, page: Uint8Array): number[] {
  seam.fill(0, overlapInBytes);
  seam.set(page.subarray(0, overlapInBytes), overlapInBytes);
  return Array.from(digitRuns(seam), (at) => at - overlapInBytes);
}
