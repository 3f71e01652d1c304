import { type Kernel, tryRead } from '@vmcorekit/core';
import { percpuCounterSum } from '../containers/index.ts';
import { pageSizeOf } from '../page-size.ts';
import { amountOf, atLeastZero, exactly, longNamed } from './amounts.ts';
import type { MemoryNode } from './nodes.ts';
import type { Amount, VmCounters } from './vm-counters.ts';

/** MemAvailable. Source: Linux, mm/show_mem.c (si_mem_available; mm/page_alloc.c before 6.6). */
export function availableIn(
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

/** CommitLimit. Source: Linux, mm/util.c (vm_commit_limit). */
export function commitLimitOf(kernel: Kernel, hugePages: bigint | null): Amount | undefined {
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

/** Committed_AS. */
export function committedOf(kernel: Kernel): Amount | undefined {
  const at = kernel.symbols.find('vm_committed_as')?.address;
  const sum = at === undefined ? undefined : percpuCounterSum(kernel, at);
  return sum === undefined || sum.value === null
    ? undefined
    : exactly(sum.value, 'vm_committed_as');
}

/** Percpu: pages that per-CPU memory has, of all its units. */
export function percpuPagesOf(kernel: Kernel): Amount | undefined {
  const { symbols, memory } = kernel;
  const populated = longNamed(kernel, 'pcpu_nr_populated');
  const at = symbols.find('pcpu_nr_units')?.address;
  const units = at === undefined ? undefined : tryRead(() => memory.readUint32(at));
  return populated === undefined || units === undefined
    ? undefined
    : exactly(populated.shown * BigInt(units), 'pcpu_nr_populated and pcpu_nr_units');
}
