import { type ByteSource, isZero } from '@vmcorekit/core';
import type { LimeRange } from './read-ranges.ts';

const pageSizeInBytes = 4096;
/** AVML cuts memory into ranges of 16 MiB; one of them may well end in zeros. */
const minRangeInBytes: number = 16 * 1024 * 1024 + 1;
/**
 * A tail counts if it is at least this share of its range. In 55 guests of eight machines, at rest
 * and under load, one range ends in so many zeros that were never used: low memory on loongarch64.
 */
const minShare: number = 1 / 8;
/** Pages looked at, spread over a range that ends in zeros. Of most ranges it is one. */
const maxSamples = 1024;

/** The zeros at the end of a range. */
export interface ZeroTail {
  readonly start: number;
  /** How many pages were looked at in it. */
  readonly pagesLookedAt: number;
}

/**
 * Whether a range ends in zeros, as LiME leaves one when its time limit runs out: it fills the rest
 * of the range with zeros and goes on with the next. Looks at pages spread over the range, the last
 * one first, up to the first with data. Between that and the one after it, halving finds where the
 * zeros begin. Undefined where the tail is short, and where no page looked at holds data.
 */
export function zeroTailOf(source: ByteSource, range: LimeRange): ZeroTail | undefined {
  const inFile = Math.min(range.sizeInBytes, source.sizeInBytes - range.offset);
  const pages = Math.floor(inFile / pageSizeInBytes);
  if (inFile < minRangeInBytes) {
    return undefined;
  }
  const page = new Uint8Array(pageSizeInBytes);
  let pagesLookedAt = 0;
  const isZeroPage = (index: number): boolean => {
    source.readInto(range.offset + index * pageSizeInBytes, page);
    const isOne = isZero(page);
    pagesLookedAt += isOne ? 1 : 0;
    return isOne;
  };
  let firstZero = pages;
  let lastData = pages - 1;
  for (let samples = 1; isZeroPage(lastData); samples++) {
    firstZero = lastData;
    if (samples === maxSamples) {
      return undefined;
    }
    lastData = Math.floor(((pages - 1) * (maxSamples - 1 - samples)) / (maxSamples - 1));
  }
  const isLong = (zeroPages: number): boolean => zeroPages >= pages * minShare;
  if (!isLong(pages - 1 - lastData)) {
    return undefined;
  }
  while (lastData + 1 < firstZero) {
    const middle = Math.floor((lastData + firstZero) / 2);
    if (isZeroPage(middle)) {
      firstZero = middle;
    } else {
      lastData = middle;
    }
  }
  return isLong(pages - firstZero)
    ? { start: range.start + firstZero * pageSizeInBytes, pagesLookedAt }
    : undefined;
}
