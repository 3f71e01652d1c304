import { type Kernel, type Progress, tryRead } from '@vmcorekit/core';
import { percpuCounterSum } from '../containers/index.ts';
import { blockDeviceCachePages } from '../devices/block-inodes.ts';
import { pageSizeOf } from '../page-size.ts';
import { hugePagesOf } from './huge-pages.ts';
import { readLongs } from './longs.ts';
import type { MemoryFigure } from './memory-figure.ts';
import type { MemoryNode } from './nodes.ts';
import { oldSwapCachePages } from './swap-cache.ts';
import {
  type Amount,
  counterNamed,
  hugePageUnits,
  transparentHugePages,
  type VmCounters,
} from './vm-counters.ts';

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

/** Enumerators that had other names: their counts are in pages under both (since Linux 5.9). */
const otherNames: Readonly<Record<string, string>> = {
  NR_SLAB_RECLAIMABLE: 'NR_SLAB_RECLAIMABLE_B',
  NR_SLAB_UNRECLAIMABLE: 'NR_SLAB_UNRECLAIMABLE_B',
};

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

/** The sum of counters; undefined where the kernel lacks the first. */
function amountOf(
  kernel: Kernel,
  counters: VmCounters,
  names: readonly string[],
): Amount | undefined {
  let sum: Amount | undefined;
  for (const name of names) {
    const found = counterNamed(kernel, counters, name, otherNames[name] ?? name);
    if (found === undefined) {
      if (sum === undefined) {
        return undefined;
      }
      continue;
    }
    sum = {
      shown: (sum?.shown ?? 0n) + found.shown,
      exact: sum?.exact === null || found.exact === null ? null : (sum?.exact ?? 0n) + found.exact,
      from: sum === undefined ? name : `${sum.from} + ${name}`,
    };
  }
  return sum;
}

function less(
  from: Amount | undefined,
  ...parts: readonly (Amount | undefined)[]
): Amount | undefined {
  return parts.reduce(
    (sum, part) =>
      sum === undefined || part === undefined
        ? sum
        : {
            shown: atLeastZero(sum.shown - part.shown),
            exact: sum.exact === null || part.exact === null ? null : sum.exact - part.exact,
            from: `${sum.from} - ${part.from}`,
          },
    from,
  );
}

function inPages(amount: Amount | undefined, kibInPage: bigint): Amount | undefined {
  return amount === undefined
    ? undefined
    : {
        ...amount,
        shown: amount.shown / kibInPage,
        exact: amount.exact === null ? null : amount.exact / kibInPage,
      };
}

function inBasePages(kernel: Kernel, amount: Amount | undefined): Amount | undefined {
  const { counted } = hugePageUnits(kernel);
  return amount === undefined
    ? undefined
    : {
        ...amount,
        shown: amount.shown * counted,
        exact: amount.exact === null ? null : amount.exact * counted,
      };
}

/** A variable that counts pages exactly. */
function longNamed({ symbols, memory }: Kernel, name: string): Amount | undefined {
  const at = symbols.find(name)?.address;
  const [value] = at === undefined ? [] : (tryRead(() => readLongs(memory, at, 1)) ?? []);
  return value === undefined ? undefined : exactly(value, name);
}

function availableIn(
  kernel: Kernel,
  nodes: readonly MemoryNode[],
  counters: VmCounters,
  free: Amount | undefined,
): Amount | undefined {
  const reserve = longNamed(kernel, 'totalreserve_pages');
  const low = Number(kernel.types.enumeration('zone_watermarks')?.get('WMARK_LOW') ?? -1n);
  const cache = amountOf(kernel, counters, ['NR_ACTIVE_FILE', 'NR_INACTIVE_FILE']);
  const slabs = amountOf(kernel, counters, ['NR_SLAB_RECLAIMABLE', 'NR_KERNEL_MISC_RECLAIMABLE']);
  if (
    free === undefined ||
    reserve === undefined ||
    cache === undefined ||
    slabs === undefined ||
    low < 0
  ) {
    return undefined;
  }
  const mark = nodes
    .flatMap((node) => node.zones)
    .reduce((sum, { watermarks, boost }) => sum + (watermarks[low] ?? 0n) + (boost ?? 0n), 0n);
  const usable = (pages: bigint) => pages - (pages / 2n < mark ? pages / 2n : mark);
  const sum = (...[ofFree, ofCache, ofSlabs]: readonly [bigint, bigint, bigint]) =>
    atLeastZero(ofFree - reserve.shown + usable(ofCache) + usable(ofSlabs));
  return {
    shown: sum(free.shown, cache.shown, slabs.shown),
    exact:
      free.exact === null || cache.exact === null || slabs.exact === null
        ? null
        : sum(free.exact, cache.exact, slabs.exact),
    from: 'free pages, the page cache and slabs, less totalreserve_pages and the low watermarks',
  };
}

/** Source: Linux, mm/util.c (vm_commit_limit). */
function commitLimitOf(kernel: Kernel, hugePages: bigint | null): Amount | undefined {
  const { symbols, memory } = kernel;
  const total = longNamed(kernel, '_totalram_pages');
  const swap = longNamed(kernel, 'total_swap_pages');
  const kbytes = longNamed(kernel, 'sysctl_overcommit_kbytes');
  const ratioAt = symbols.find('sysctl_overcommit_ratio')?.address;
  const ratio = ratioAt === undefined ? undefined : tryRead(() => memory.readUint32(ratioAt));
  if (total === undefined || swap === undefined || kbytes === undefined || ratio === undefined) {
    return undefined;
  }
  if (kbytes.shown === 0n && hugePages === null) {
    return undefined;
  }
  const allowed =
    kbytes.shown > 0n
      ? kbytes.shown / BigInt(pageSizeOf(kernel) / 1024)
      : ((total.shown - (hugePages ?? 0n)) * BigInt(ratio)) / 100n;
  const from = 'sysctl_overcommit_ratio, _totalram_pages and total_swap_pages';
  return exactly(allowed + swap.shown, from);
}

function committedOf(kernel: Kernel): Amount | undefined {
  const at = kernel.symbols.find('vm_committed_as')?.address;
  const sum = at === undefined ? undefined : percpuCounterSum(kernel, at);
  return sum === undefined || sum.value === null
    ? undefined
    : exactly(sum.value, 'vm_committed_as');
}

function percpuPagesOf(kernel: Kernel): Amount | undefined {
  const { symbols, memory } = kernel;
  const populated = longNamed(kernel, 'pcpu_nr_populated');
  const at = symbols.find('pcpu_nr_units')?.address;
  const units = at === undefined ? undefined : tryRead(() => memory.readUint32(at));
  return populated === undefined || units === undefined
    ? undefined
    : exactly(populated.shown * BigInt(units), 'pcpu_nr_populated and pcpu_nr_units');
}

/** Of a count that no CPU keeps a part of. */
function exactly(value: bigint, from: string): Amount {
  const shown = atLeastZero(value);
  return { shown, exact: shown, from };
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
