import {
  type Kernel,
  type Progress,
  tryRead,
  type VirtualAddress,
  VmcorekitError,
} from '@vmcorekit/core';
import { bitmapSizeInBytes, setBits } from '../containers/index.ts';
import { optional, place, pointer, wide } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';
import { type Counters, pendingOf } from './counters.ts';
import { arrayPlace, readLongs, readSignedBytes, readWords } from './longs.ts';
import { type MemoryZone, zoneReader } from './zones.ts';

/** MAX_NUMNODES of the largest configuration. Source: Linux, arch/x86/Kconfig (NODES_SHIFT). */
const maxNodes = 1024;
const maxZones = 6;

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
