import type { PhysicalRange } from '@vmcorekit/core';

/** Memory is hashed in blocks of 1 MiB, at multiples of it. Part of the digest's definition. */
export const blockInBytes: number = 1 << 20;

/**
 * Where the blocks begin that hold a byte of the ranges (ascending and disjoint). Yields each block
 * once, however many ranges share it.
 */
export function* blockStarts(ranges: readonly PhysicalRange[]): Generator<number, void, void> {
  let next = 0;
  for (const { start, end } of ranges) {
    for (next = Math.max(next, start - (start % blockInBytes)); next < end; next += blockInBytes) {
      yield next;
    }
  }
}
