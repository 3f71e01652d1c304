import type { Kernel } from '@vmcorekit/core';
import { pageSizeOf } from '../page-size.ts';

const mib = 2 ** 20;
const entrySizeInBytes = 8;

/**
 * The size of a transparent huge page (HPAGE_PMD_SIZE) in bytes: what a page table maps, where its
 * entries have 8 bytes. Source: Linux, arch/s390/include/asm/pgtable.h (PMD_SHIFT),
 * arch/powerpc/include/asm/book3s/64/hash-64k.h and radix.h.
 */
export function hugePageSizeOf(kernel: Pick<Kernel, 'dump' | 'root' | 'vmcoreinfo'>): number {
  const pageSize = pageSizeOf(kernel);
  switch (kernel.dump.architecture?.name) {
    case 's390x':
      return mib;
    case 'ppc64':
      // A kernel on a hash table has no tables for its own memory.
      return kernel.root.tableAddress === null ? 16 * mib : 2 * mib;
    default:
      return (pageSize / entrySizeInBytes) * pageSize;
  }
}
