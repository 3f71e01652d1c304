import type { Dump, Kernel, VmcoreInfo } from '@vmcorekit/core';
import { perKernel } from './per-kernel.ts';

/**
 * The size of a kernel's pages (PAGE_SIZE), as its VMCOREINFO states it. Else the smallest page of
 * its tables: that is the same on all machines but ppc64, whose kernels of 64 KiB pages have
 * the tables of the others.
 */
export const pageSizeOf: (kernel: Pick<Kernel, 'dump' | 'root' | 'vmcoreinfo'>) => number =
  perKernel(
    ({ dump, root, vmcoreinfo }) => statedPageSize(dump, vmcoreinfo) ?? root.basePageSizeInBytes,
  );

/** Undefined where a VMCOREINFO states none that kernels of the architecture have. */
export function statedPageSize(
  { architecture }: Pick<Dump, 'architecture'>,
  { pageSizeInBytes }: VmcoreInfo,
): number | undefined {
  return pageSizeInBytes !== undefined &&
    architecture?.pageSizesInBytes.includes(pageSizeInBytes) === true
    ? pageSizeInBytes
    : undefined;
}
