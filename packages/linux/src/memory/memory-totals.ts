import type { Kernel, Progress } from '@vmcorekit/core';
import { blockDeviceCachePages } from '../devices/block-inodes.ts';
import { pageSizeOf } from '../page-size.ts';
import { amountOf, inBasePages, inPages, less, longNamed } from './amounts.ts';
import { availableIn, commitLimitOf, committedOf, percpuPagesOf } from './derived-amounts.ts';
import { hugePagesOf } from './huge-pages.ts';
import type { MemoryFigure } from './memory-figure.ts';
import type { MemoryNode } from './nodes.ts';
import { oldSwapCachePages } from './swap-cache.ts';
import { type Amount, transparentHugePages, type VmCounters } from './vm-counters.ts';

/** Lines that are one counter each, with the names of its enumerator, the newest first. */
const byCounter: Readonly<Record<string, readonly string[]>> = {
  Active: ['NR_ACTIVE_ANON', 'NR_ACTIVE_FILE'],
  Inactive: ['NR_INACTIVE_ANON', 'NR_INACTIVE_FILE'],
  'Active(anon)': ['NR_ACTIVE_ANON'],
  'Inactive(anon)': ['NR_INACTIVE_ANON'],
  'Active(file)': ['NR_ACTIVE_FILE'],
  'Inactive(file)': ['NR_INACTIVE_FILE'],
  Unevictable: ['NR_UNEVICTABLE'],
  Mlocked: ['NR_MLOCK'],
  Dirty: ['NR_FILE_DIRTY'],
  Writeback: ['NR_WRITEBACK'],
  AnonPages: ['NR_ANON_MAPPED'],
  Mapped: ['NR_FILE_MAPPED'],
  Shmem: ['NR_SHMEM'],
  KReclaimable: ['NR_SLAB_RECLAIMABLE', 'NR_KERNEL_MISC_RECLAIMABLE'],
  Slab: ['NR_SLAB_RECLAIMABLE', 'NR_SLAB_UNRECLAIMABLE'],
  SReclaimable: ['NR_SLAB_RECLAIMABLE'],
  SUnreclaim: ['NR_SLAB_UNRECLAIMABLE'],
  KernelStack: ['NR_KERNEL_STACK_KB'],
  PageTables: ['NR_PAGETABLE'],
  SecPageTables: ['NR_SECONDARY_PAGETABLE'],
};

/** The lines of `transparentHugePages`, in the order of those. */
const transparent = [
  'AnonHugePages',
  'ShmemHugePages',
  'ShmemPmdMapped',
  'FileHugePages',
  'FilePmdMapped',
];

/**
 * The figures of /proc/meminfo that the kernel's memory proves, in that file's order. Sources:
 * Linux, fs/proc/meminfo.c, mm/show_mem.c (si_meminfo, si_mem_available).
 */
export function* readMemoryTotals(
  kernel: Kernel,
  nodes: readonly MemoryNode[],
  counters: VmCounters,
): Generator<Progress, MemoryFigure[], void> {
  const pageSize = BigInt(pageSizeOf(kernel));
  const inKib = (pages: bigint) => (pages * pageSize) / 1024n;
  const figure = (name: string, amount: Amount | undefined): MemoryFigure[] =>
    amount === undefined
      ? []
      : [
          {
            name,
            unit: 'KiB',
            value: amount.exact === null ? null : inKib(amount.exact),
            shown: inKib(amount.shown),
            from: amount.from,
          },
        ];
  const of = (...names: readonly string[]) => amountOf(kernel, counters, names);
  const free = of('NR_FREE_PAGES');
  const buffers = yield* blockDeviceCachePages(kernel);
  const swapCache = of('NR_SWAPCACHE') ?? oldSwapCachePages(kernel);
  const cached =
    buffers === undefined || swapCache === undefined
      ? undefined
      : less(of('NR_FILE_PAGES'), swapCache, buffers);
  const figures = [
    ...figure('MemTotal', longNamed(kernel, '_totalram_pages')),
    ...figure('MemFree', free),
    ...figure('MemAvailable', availableIn(kernel, nodes, counters, free)),
    ...figure('Buffers', buffers),
    ...figure('Cached', cached),
    ...figure('SwapCached', swapCache),
  ];
  for (const [name, names] of Object.entries(byCounter)) {
    const amount = of(...names);
    figures.push(
      ...figure(name, name === 'KernelStack' ? inPages(amount, pageSize / 1024n) : amount),
    );
    if (name === 'Mlocked') {
      figures.push(
        ...figure('SwapTotal', longNamed(kernel, 'total_swap_pages')),
        ...figure('SwapFree', longNamed(kernel, 'nr_swap_pages')),
      );
    }
  }
  for (const [index, enumerator] of transparentHugePages.entries()) {
    figures.push(...figure(transparent[index] ?? '', inBasePages(kernel, of(enumerator))));
  }
  const { lines, pages: hugePages } = hugePagesOf(kernel);
  return [
    ...figures,
    ...figure('CommitLimit', commitLimitOf(kernel, hugePages)),
    ...figure('Committed_AS', committedOf(kernel)),
    ...figure('VmallocUsed', of('NR_VMALLOC') ?? longNamed(kernel, 'nr_vmalloc_pages')),
    ...figure('Percpu', percpuPagesOf(kernel)),
    ...figure('CmaTotal', longNamed(kernel, 'totalcma_pages')),
    ...figure('CmaFree', of('NR_FREE_CMA_PAGES')),
    ...lines,
  ];
}
