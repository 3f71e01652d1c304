import type { Kernel } from '@vmcorekit/core';
import { pageSizeOf } from '../page-size.ts';

const entrySizeInBytes = 8;

/**
 * The size of a transparent huge page (HPAGE_PMD_SIZE) in bytes: what a page table maps, where its
 * entries have 8 bytes. On some machines it is another: their layouts know it.
 */
export function hugePageSizeOf(kernel: Pick<Kernel, 'dump' | 'root' | 'vmcoreinfo'>): number {
  const pageSize = pageSizeOf(kernel);
  return (
    kernel.dump.layout?.hugePageSizeInBytes?.(kernel.root) ??
    (pageSize / entrySizeInBytes) * pageSize
  );
}
