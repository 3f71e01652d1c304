import type { Dump } from '@vmcorekit/core';

/** The bytes of physical memory that a dump speaks of, whether it holds them or not. */
export function memorySizeOf({ image }: Pick<Dump, 'image'>): number {
  return image.memory.ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
}
