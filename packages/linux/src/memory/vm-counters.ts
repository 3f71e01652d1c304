import { type Kernel, tryRead } from '@vmcorekit/core';
import { perCpuParts } from '../containers/index.ts';
import { pageSizeOf } from '../page-size.ts';
import { lengthsOf, namesOf, startsOf } from './counter-names.ts';
import type { Counters } from './counters.ts';
import { hugePageSizeOf } from './huge-page-size.ts';
import { readLongs, sumOf } from './longs.ts';
import type { MemoryNode } from './nodes.ts';
import type { MemoryZone } from './zones.ts';

/** A counter of /proc/vmstat. */
export interface VmCounter {
  /** As /proc/vmstat calls it. */
  readonly name: string;
  readonly kind: 'zone' | 'numa' | 'node' | 'event';
  /**
   * As the kernel's own /proc shows it: without what CPUs keep, and never negative. Null where
   * /proc adds what a CPU keeps, and that cannot be read.
   */
  readonly shown: bigint | null;
  /** With what CPUs keep for themselves; null where a part cannot be read. */
  readonly exact: bigint | null;
}

/** A number of pages, and what it was read from. */
export type Amount = Pick<VmCounter, 'exact'> & {
  readonly shown: bigint;
  readonly from: string;
};

/** The counters of a whole kernel, each by the index of its enumeration. */
export interface VmCounters {
  readonly zone: Counters;
  readonly numa: Counters;
  readonly node: Counters;
  /** Summed over the CPUs; null where a part cannot be read. */
  readonly events: readonly bigint[] | null;
}

/** Source: Linux, mm/vmstat.c (vm_zone_stat, vm_numa_event, vm_node_stat, vm_event_states). */
export function vmCountersOf(kernel: Kernel, nodes: readonly MemoryNode[]): VmCounters {
  const zones = nodes.flatMap((node) => node.zones);
  return {
    zone: {
      folded: longsOf(kernel, ['vm_zone_stat'], lengthsOf(kernel).zone),
      pending: pendingIn(zones.map(({ stats }) => stats)),
    },
    numa: {
      folded: longsOf(kernel, ['vm_numa_event', 'vm_numa_stat'], lengthsOf(kernel).numa),
      pending: pendingIn(zones.map(({ numa }) => numa)),
    },
    node: {
      folded: longsOf(kernel, ['vm_node_stat'], lengthsOf(kernel).node),
      pending: pendingIn(nodes.map(({ stats }) => stats)),
    },
    events: eventsOf(kernel),
  };
}

/**
 * One counter, by the name of its enumerator; undefined where this kernel has none of the names.
 * The kernel moved counters from zones to nodes.
 */
export function counterNamed(
  { types }: Pick<Kernel, 'types'>,
  { zone, node }: Pick<VmCounters, 'zone' | 'node'>,
  ...names: readonly string[]
): Pick<Amount, 'shown' | 'exact'> | undefined {
  for (const [enumeration, values] of [
    ['node_stat_item', node],
    ['zone_stat_item', zone],
  ] as const) {
    for (const name of names) {
      const index = Number(types.enumeration(enumeration)?.get(name) ?? -1n);
      if (values.folded[index] !== undefined) {
        return valueAt(values, index);
      }
    }
  }
  return undefined;
}

/**
 * All counters in the order of /proc/vmstat, under the kernel's own names (`vmstat_text`); empty
 * where these cannot be read. The thresholds and the counts of struct pages that /proc/vmstat has
 * between counters and events are no counters of pages, and left out.
 */
export function vmStatLines(kernel: Kernel, counters: VmCounters): VmCounter[] {
  const starts = startsOf(lengthsOf(kernel));
  const names = namesOf(kernel, starts.known + (counters.events?.length ?? 0));
  const { events } = counters;
  return [
    ...counterLines(names, 'zone', 0, counters.zone),
    ...numaLines(kernel, names, starts.numa, counters.numa),
    ...counterLines(names, 'node', starts.node, inHugePages(kernel, counters.node)),
    ...(events === null
      ? []
      : counterLines(names, 'event', starts.events, {
          folded: eventsIn(kernel, events),
          pending: [],
        })),
  ];
}

/** The counters of one zone. */
export function zoneCounters(kernel: Kernel, { stats, numa }: MemoryZone): VmCounter[] {
  const starts = startsOf(lengthsOf(kernel));
  const names = namesOf(kernel, starts.node ?? starts.known);
  return [
    ...counterLines(names, 'zone', 0, stats),
    ...counterLines(names, 'numa', starts.numa, numa),
  ];
}

/** The counters of one node. */
export function nodeCounters(kernel: Kernel, { stats }: MemoryNode): VmCounter[] {
  const lengths = lengthsOf(kernel);
  const start = startsOf(lengths).node;
  const names = namesOf(kernel, (start ?? 0) + (lengths.node ?? 0));
  return counterLines(names, 'node', start, stats);
}

/** Huge pages that the kernel makes by itself. */
export const transparentHugePages = [
  'NR_ANON_THPS',
  'NR_SHMEM_THPS',
  'NR_SHMEM_PMDMAPPED',
  'NR_FILE_THPS',
  'NR_FILE_PMDMAPPED',
] as const;

/**
 * How many base pages one count of `transparentHugePages` stands for, and how many a huge page has.
 * They are counted in base pages since Linux 5.12, which brought NR_SWAPCACHE as well.
 */
export function hugePageUnits(kernel: Pick<Kernel, 'dump' | 'types' | 'root' | 'vmcoreinfo'>): {
  readonly counted: bigint;
  readonly size: bigint;
} {
  const size = BigInt(hugePageSizeOf(kernel) / pageSizeOf(kernel));
  const isNew = kernel.types.enumeration('node_stat_item')?.has('NR_SWAPCACHE') === true;
  return { counted: isNew ? 1n : size, size };
}

/** /proc/vmstat shows these in huge pages. */
function inHugePages(kernel: Kernel, { folded, pending }: Counters): Counters {
  const { counted, size } = hugePageUnits(kernel);
  const items = kernel.types.enumeration('node_stat_item');
  const indexes = new Set(transparentHugePages.map((name) => Number(items?.get(name) ?? -1n)));
  const scale = (values: readonly bigint[]) =>
    values.map((value, index) => (indexes.has(index) ? (value * counted) / size : value));
  return { folded: scale(folded), pending: pending === null ? null : scale(pending) };
}

/** Since Linux 5.14, /proc/vmstat folds what CPUs keep of these in before it shows them. */
function numaLines(
  { symbols }: Kernel,
  names: readonly string[],
  from: number | null,
  { folded, pending }: Counters,
): VmCounter[] {
  // Where the sum itself is lost, the parts of CPUs are no count.
  if (symbols.find('vm_numa_event') === undefined || folded.length === 0) {
    return counterLines(names, 'numa', from, { folded, pending });
  }
  return pending === null
    ? counterLines(names, 'numa', from, { folded, pending }).map((each) => ({
        ...each,
        shown: null,
      }))
    : counterLines(names, 'numa', from, { folded: sumOf(folded, pending), pending: [] });
}

function counterLines(
  names: readonly string[],
  kind: VmCounter['kind'],
  from: number | null,
  counters: Counters,
): VmCounter[] {
  if (from === null) {
    return [];
  }
  return counters.folded.flatMap((_, index) => {
    const name = names[from + index];
    return name === undefined ? [] : [{ name, kind, ...valueAt(counters, index) }];
  });
}

/** A counter may be below zero while CPUs keep their parts; the kernel shows 0 then. */
function valueAt({ folded, pending }: Counters, index: number): Pick<Amount, 'shown' | 'exact'> {
  const value = folded[index] ?? 0n;
  return {
    shown: value < 0n ? 0n : value,
    exact: pending === null ? null : value + (pending[index] ?? 0n),
  };
}

/** Sectors, which /proc/vmstat shows as KiB. Source: Linux, mm/vmstat.c (vmstat_start). */
const sectorEvents = ['PGPGIN', 'PGPGOUT'];

function eventsIn({ types }: Kernel, events: readonly bigint[]): bigint[] {
  const enumeration = types.enumeration('vm_event_item');
  const inSectors = new Set(sectorEvents.map((name) => Number(enumeration?.get(name) ?? -1n)));
  return events.map((value, index) => (inSectors.has(index) ? value / 2n : value));
}

function longsOf(kernel: Kernel, names: readonly string[], count: number | null): bigint[] {
  const at = names.map((name) => kernel.symbols.find(name)).find((symbol) => symbol !== undefined);
  return at === undefined || count === null
    ? []
    : (tryRead(() => readLongs(kernel.memory, at.address, count)) ?? []);
}

function pendingIn(parts: readonly Counters[]): bigint[] | null {
  const known = parts.map(({ pending }) => pending).filter((pending) => pending !== null);
  return parts.length > 0 && known.length === parts.length ? sumOf(...known) : null;
}

/** A CPU that goes offline gives its events to another one, so all possible ones are summed. */
function eventsOf(kernel: Kernel): bigint[] | null {
  const { events } = lengthsOf(kernel);
  const at = kernel.symbols.find('vm_event_states')?.address;
  if (events === null || events === 0 || at === undefined) {
    return null;
  }
  const parts = perCpuParts(kernel, at, (copy) => readLongs(kernel.memory, copy, events));
  return parts === undefined ? null : sumOf(...parts);
}
