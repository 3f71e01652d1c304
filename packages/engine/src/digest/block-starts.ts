import type { PhysicalRange } from '@vmcorekit/core';

/** Memory is hashed in blocks of 1 MiB, at multiples of it. Part of the digest's definition. */
export const blockInBytes: number = 1 << 20;

/**
 * Where the blocks begin that hold a byte of the ranges (ascending and disjoint) and that begin in
 * `within`. Each once, however many ranges share it.
 */
export function* blockStarts(
  ranges: readonly PhysicalRange[],
  within: PhysicalRange,
): Generator<number, void, void> {
  let next = within.start - (within.start % blockInBytes);
  next += next < within.start ? blockInBytes : 0;
  for (const { start, end } of ranges) {
    next = Math.max(next, start - (start % blockInBytes));
    for (; next < Math.min(end, within.end); next += blockInBytes) {
      yield next;
    }
  }
}
