import {
  type Kernel,
  type Progress,
  tryRead,
  type VirtualAddress,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  bitmapSizeInBytes,
  perCpuAddress,
  perCpuOf,
  perCpuParts,
  setBits,
} from '../containers/index.ts';
import { number, optional, place, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import {
  type ArrayPlace,
  arrayPlace,
  readLongs,
  readSignedBytes,
  readWords,
  sumOf,
} from './longs.ts';

/** MAX_NUMNODES of the largest configuration. Source: Linux, arch/x86/Kconfig (NODES_SHIFT). */
const maxNodes = 1024;
const maxZones = 6;
/** MAX_PAGE_ORDER is below it in every configuration. Source: Linux, mm/Kconfig. */
const maxOrders = 64;

/** Counters of the kernel by the index of an enumeration. */
export interface Counters {
  /** What is folded in, as the kernel's own /proc shows it. */
  readonly folded: readonly bigint[];
  /**
   * What the CPUs still keep for themselves; added, the sum is exact. Null where a part cannot be
   * read.
   */
  readonly pending: readonly bigint[] | null;
}

/** Free pages that a CPU keeps for itself. */
export interface CpuPages {
  readonly cpu: number;
  readonly count: number;
  readonly batch: number;
}

/** A zone of a node. All counts are pages. */
export interface MemoryZone {
  readonly address: VirtualAddress;
  readonly node: number;
  /** Null where it cannot be read. */
  readonly name: string | null;
  readonly startPfn: bigint;
  readonly spanned: bigint;
  readonly present: bigint;
  readonly managed: bigint;
  /** Added to each watermark while memory is fragmented; null before Linux 5.0. */
  readonly boost: bigint | null;
  /** By `enum zone_watermarks`, without the boost. */
  readonly watermarks: readonly bigint[];
  readonly protection: readonly bigint[];
  /** How many free blocks of 2^index pages there are; null where they cannot be read. */
  readonly freeBlocks: readonly bigint[] | null;
  /** By `enum zone_stat_item`. */
  readonly stats: Counters;
  /** By `enum numa_stat_item`. */
  readonly numa: Counters;
  readonly cpuPages: readonly CpuPages[];
}

/** A node of memory that belongs together; a machine without NUMA has one. */
export interface MemoryNode {
  readonly id: number;
  readonly address: VirtualAddress;
  readonly startPfn: bigint;
  readonly spanned: bigint;
  readonly present: bigint;
  /** Those with memory and those without. */
  readonly zones: readonly MemoryZone[];
  /** By `enum node_stat_item`. */
  readonly stats: Counters;
}

/**
 * The nodes that are online, with their zones. Source: Linux, include/linux/mmzone.h. Throws
 * `unknown-name` where the kernel's types lack `struct pglist_data` or `struct zone`, and as reads
 * do where a node cannot be read.
 */
export function* readMemoryNodes(kernel: Kernel): Generator<Progress, MemoryNode[], void> {
  const nodes: MemoryNode[] = [];
  const readNode = nodeReader(kernel);
  for (const [id, address] of nodeAddresses(kernel)) {
    nodes.push(yield* readNode(id, address));
  }
  return nodes;
}

/** One structure without NUMA; else an array of pointers, null for nodes that are not there. */
function nodeAddresses({ symbols, memory, types }: Kernel): [id: number, VirtualAddress][] {
  const array = symbols.find('node_data')?.address;
  const only = symbols.find('contig_page_data')?.address;
  if (array === undefined) {
    if (only === undefined) {
      throw new VmcorekitError('unknown-name', { kind: 'variable', name: 'node_data', known: [] });
    }
    return [[0, only]];
  }
  const limit = symbols.find('nr_node_ids')?.address;
  const told = limit === undefined ? undefined : tryRead(() => memory.readUint32(limit));
  const count = Math.min(told ?? 1, maxNodes);
  const states = symbols.find('node_states')?.address;
  const online = types.enumeration('node_states')?.get('N_ONLINE');
  const stateSize = types.struct('nodemask_t')?.sizeInBytes ?? 0;
  const lengthInBytes = bitmapSizeInBytes(count, memory.wordSizeInBits);
  const mask =
    states === undefined || online === undefined || stateSize < lengthInBytes || online > 64n
      ? undefined
      : tryRead(() => memory.read(states + online * BigInt(stateSize), lengthInBytes));
  const isOnline = mask === undefined ? undefined : new Set(setBits(mask, count, memory));
  return readWords(memory, array, count).flatMap((address, id): [number, bigint][] =>
    address === 0n || isOnline?.has(id) === false ? [] : [[id, address]],
  );
}

function nodeReader(
  kernel: Kernel,
): (id: number, address: VirtualAddress) => Generator<Progress, MemoryNode, void> {
  const { memory, types } = kernel;
  const reader = structReader(kernel, 'pglist_data', {
    zones: place('node_zones'),
    startPfn: wide('node_start_pfn'),
    present: wide('node_present_pages'),
    spanned: wide('node_spanned_pages'),
    perCpu: optional(pointer('per_cpu_nodestats')),
  });
  const stats = arrayPlace(types, 'pglist_data', 'vm_stat');
  const diff = arrayPlace(types, 'per_cpu_nodestat', 'vm_node_stat_diff');
  const zoneSize = BigInt(types.struct('zone')?.sizeInBytes ?? 0);
  const readZone = zoneReader(kernel);
  const zoneCount = Math.min(arrayPlace(types, 'pglist_data', 'node_zones')?.count ?? 0, maxZones);
  return function* (id, address) {
    const values = reader.read(address);
    const zones: MemoryZone[] = [];
    for (let index = 0; index < zoneCount; index++) {
      zones.push(readZone(id, values.zones + BigInt(index) * zoneSize));
      yield { kind: 'progress', doing: 'reading the zones of memory', fraction: null };
    }
    const { startPfn, present, spanned, perCpu } = values;
    return {
      id,
      address,
      startPfn,
      present,
      spanned,
      zones,
      stats: {
        folded: stats === undefined ? [] : readLongs(memory, address + stats.offset, stats.count),
        pending: pendingOf(kernel, perCpu, diff, readSignedBytes),
      },
    };
  };
}

function zoneReader(kernel: Kernel): (node: number, address: VirtualAddress) => MemoryZone {
  const { memory, types } = kernel;
  const reader = structReader(kernel, 'zone', {
    name: pointer('name'),
    startPfn: wide('zone_start_pfn'),
    managed: wide('managed_pages.counter', 'managed_pages'),
    spanned: wide('spanned_pages'),
    present: wide('present_pages'),
    boost: optional(wide('watermark_boost')),
    // One structure of each CPU up to Linux 5.13, and then two.
    pages: pointer('per_cpu_pageset', 'pageset'),
    stats: pointer('per_cpu_zonestats', 'pageset'),
  });
  const isOneStruct = types.struct('per_cpu_zonestat') === undefined;
  const cpuStruct = isOneStruct ? 'per_cpu_pageset' : 'per_cpu_zonestat';
  const arrays = {
    watermarks: arrayPlace(types, 'zone', '_watermark', 'watermark'),
    protection: arrayPlace(types, 'zone', 'lowmem_reserve'),
    areas: arrayPlace(types, 'zone', 'free_area'),
    stats: arrayPlace(types, 'zone', 'vm_stat'),
    numa: arrayPlace(types, 'zone', 'vm_numa_event', 'vm_numa_stat'),
    statDiff: arrayPlace(types, cpuStruct, 'vm_stat_diff'),
    numaDiff: arrayPlace(types, cpuStruct, 'vm_numa_event', 'vm_numa_stat_diff'),
  };
  const readNuma = isOneStruct ? readShorts : readWords;
  const cpuPages = structReader(kernel, 'per_cpu_pages', {
    count: number('count'),
    batch: number('batch'),
  });
  const pagesAt = isOneStruct
    ? BigInt(types.struct(cpuStruct)?.member('pcp')?.offsetInBytes ?? 0)
    : 0n;
  const areaSize = BigInt(types.struct('free_area')?.sizeInBytes ?? 0);
  const freeAt = BigInt(types.struct('free_area')?.member('nr_free')?.offsetInBytes ?? 0);
  const longs = (address: bigint, at = arrays.stats) =>
    at === undefined ? [] : readLongs(memory, address + at.offset, at.count);
  return (node, address) => {
    const { name, boost, startPfn, managed, spanned, present, ...perCpu } = reader.read(address);
    const { areas } = arrays;
    // Zones without memory share structures that the kernel does not count.
    const isPopulated = present !== 0n;
    return {
      address,
      node,
      name: tryRead(() => memory.readText(name, 64)) ?? null,
      startPfn,
      managed,
      spanned,
      present,
      boost,
      watermarks: longs(address, arrays.watermarks),
      protection: longs(address, arrays.protection),
      freeBlocks:
        areas === undefined || areas.count > maxOrders
          ? null
          : (tryRead(() =>
              Array.from({ length: areas.count }, (_, order) =>
                memory.readPointer(address + areas.offset + BigInt(order) * areaSize + freeAt),
              ),
            ) ?? null),
      stats: {
        folded: longs(address),
        pending: isPopulated
          ? pendingOf(kernel, perCpu.stats, arrays.statDiff, readSignedBytes)
          : [],
      },
      numa: {
        folded: arrays.numa === undefined ? [] : longs(address, arrays.numa),
        pending: isPopulated ? pendingOf(kernel, perCpu.stats, arrays.numaDiff, readNuma) : [],
      },
      cpuPages: presentCpus(kernel).flatMap((cpu) => {
        const at = perCpuAddress(kernel, perCpu.pages + pagesAt, cpu);
        const pages = at === undefined || !isPopulated ? undefined : cpuPages.tryRead(at);
        return pages === undefined ? [] : [{ cpu, ...pages }];
      }),
    };
  };
}

function presentCpus(kernel: Kernel): readonly number[] {
  return perCpuOf(kernel).present.value ?? [];
}

/** The sum over all possible CPUs: one that went offline has given its part away. */
function pendingOf(
  kernel: Kernel,
  perCpu: bigint | null,
  at: ArrayPlace | undefined,
  read: (memory: Kernel['memory'], at: bigint, count: number) => bigint[],
): readonly bigint[] | null {
  if (perCpu === null || perCpu === 0n || at === undefined) {
    return null;
  }
  const { offset, count } = at;
  const parts = perCpuParts(kernel, perCpu, (copy) => read(kernel.memory, copy + offset, count));
  return parts === undefined ? null : sumOf(...parts);
}

function readShorts(memory: Kernel['memory'], at: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) =>
    BigInt(memory.readUint16(at + BigInt(2 * index))),
  );
}
