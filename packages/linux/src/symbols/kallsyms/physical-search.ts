import {
  type LookAtStretch,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
} from '@vmcorekit/core';
import { areInDigitRun, digitRunSizeInBytes, digitRuns, mayBeInDigitRun } from './token-table.ts';

const overlapInBytes: number = digitRunSizeInBytes - 1;

/** The physical addresses where runs of digit tokens stand. */
export const digitRunLook: MemoryLook<number> = {
  doing: 'searching memory for symbols',
  begin: lookForDigitRuns,
};

/** Runs of digit tokens in the stored pages, ascending, and progress. */
export function findPhysicalDigitRuns(
  memory: PhysicalMemory,
): Generator<number | Progress, void, void> {
  return lookThrough(memory, digitRunLook);
}

/** A run may cross two stretches, so the end of each is kept for the next. */
function lookForDigitRuns(): LookAtStretch<number> {
  const seam = new Uint8Array(2 * overlapInBytes);
  let seamEnd = -1;
  let lastByte = -1;
  return ({ address, bytes, words, isZero }, found) => {
    if (address === seamEnd && areInDigitRun(lastByte, bytes[0] ?? -1)) {
      addAll(runsInSeam(seam, bytes), address, found);
    }
    seamEnd = -1;
    lastByte = bytes.at(-1) ?? -1;
    if (isZero) {
      return;
    }
    // The last byte of a run may begin a page of zeros; no other byte of it is there.
    if (bytes.length >= overlapInBytes && mayBeInDigitRun(lastByte)) {
      seam.set(bytes.subarray(bytes.length - overlapInBytes));
      seamEnd = address + bytes.length;
    }
    addAll(digitRuns(bytes, words), address, found);
  };
}

function addAll(offsets: Iterable<number>, address: number, found: number[]): void {
  for (const offset of offsets) {
    found.push(address + offset);
  }
}

/** Runs that begin before a stretch and end in it, as offsets from its start. */
function runsInSeam(seam: Uint8Array, bytes: Uint8Array): number[] {
  seam.fill(0, overlapInBytes);
  seam.set(bytes.subarray(0, overlapInBytes), overlapInBytes);
  return Array.from(digitRuns(seam), (at) => at - overlapInBytes);
}
