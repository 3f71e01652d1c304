import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { perCpuAddress, perCpuOf } from '../containers/index.ts';
import { number, optional, pointer, wide } from '../reading/fields.ts';
import { knownText } from '../reading/known-text.ts';
import { structReader } from '../reading/struct-reader.ts';
import { type Counters, pendingOf } from './counters.ts';
import { arrayPlace, readLongs, readSignedBytes, readWords } from './longs.ts';

/** MAX_PAGE_ORDER is below it in every configuration. Source: Linux, mm/Kconfig. */
const maxOrders = 64;

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

/**
 * A reader of the zones of a node. Throws `unknown-name` where the kernel's types lack `struct
 * zone`. Source: Linux, include/linux/mmzone.h.
 */
export function zoneReader(kernel: Kernel): (node: number, address: VirtualAddress) => MemoryZone {
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
      name: knownText(memory, name, 64) ?? null,
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

function readShorts(memory: Kernel['memory'], at: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) =>
    BigInt(memory.readUint16(at + BigInt(2 * index))),
  );
}
