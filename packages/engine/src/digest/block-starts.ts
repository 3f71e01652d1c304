import type { PhysicalRange } from '@vmcorekit/core';

/** Memory is hashed in blocks of 1 MiB, at multiples of it. Part of the digest's definition. */
export const blockInBytes: number = 1 << 20;

/**
 * Where the blocks begin that hold a byte of the ranges (ascending and disjoint). Yields each block
 * once, however many ranges share it. `skip` says where to go on after a block, at a multiple of
 * the block's size.
 */
export function* blockStarts(
  ranges: readonly PhysicalRange[],
  skip: (start: number, endOfRange: number) => number = (start) => start + blockInBytes,
): Generator<number, void, void> {
  let next = 0;
  for (const { start, end } of ranges) {
    for (next = Math.max(next, start - (start % blockInBytes)); next < end; ) {
      yield next;
      next = skip(next, end);
    }
  }
}
