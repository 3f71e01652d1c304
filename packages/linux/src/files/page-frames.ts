import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { pageArrayOf } from '../memory/page-array.ts';
import { pageSizeOf } from '../page-size.ts';

/** Whether `pageFrameOf` has an answer in this kernel. */
export function knowsPageFrames(kernel: Kernel): boolean {
  return pageArrayOf(kernel) !== undefined;
}

/**
 * The page frame number of a `struct page`, by its place in the array of them all. Undefined where
 * no page has its description there, and in kernels that keep them in another form.
 */
export function pageFrameOf(kernel: Kernel, page: VirtualAddress): number | undefined {
  const array = pageArrayOf(kernel);
  if (array === undefined || page < array.start) {
    return undefined;
  }
  const distance = page - array.start;
  const end = BigInt(kernel.dump.image.memory.ranges.at(-1)?.end ?? 0);
  const pfn = distance / array.elementSizeInBytes;
  return distance % array.elementSizeInBytes === 0n && pfn * BigInt(pageSizeOf(kernel)) < end
    ? Number(pfn)
    : undefined;
}
