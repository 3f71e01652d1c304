import { type Kernel, type Progress, tryRead, type VirtualAddress } from '@vmcorekit/core';
import {
  containerOf,
  listNodes,
  offsetOf,
  perCpuAddress,
  perCpuOf,
  WalkNotes,
} from '../containers/index.ts';
import { directMapOf, pfnOfPage } from './direct-map.ts';
import { freeObjects, maxObjectsInSlab } from './slab-freelist.ts';
import type { SlabLayout } from './slab-layout.ts';

/** Full sheaves of one node. */
const maxSheaves = 2 ** 16;
const slabsPerStep = 512;

/** The members of a `struct kmem_cache`. */
export type CacheValues = ReturnType<SlabLayout['cache']['read']>;

/**
 * How many free objects the CPUs keep at hand of a cache; null where that is not proved. They keep
 * them in sheaves since Linux 7.0, and in slabs before. Source: Linux, mm/slub.c.
 */
export function* keptObjects(
  kernel: Kernel,
  layout: SlabLayout,
  cache: VirtualAddress,
  values: CacheValues,
  notes: WalkNotes,
): Generator<Progress, bigint | null, void> {
  return values.cpuSheaves === null
    ? yield* keptByCpus(kernel, layout, cache, values)
    : keptInSheaves(kernel, layout, cache, values.cpuSheaves, notes);
}

/**
 * The numbers of the nodes that a cache may have lists of: `count` at most. Null where the kernel
 * has several, and how many cannot be read.
 */
export function nodeIds(kernel: Kernel, count: number): number[] | null {
  const at = kernel.symbols.find('nr_node_ids')?.address;
  const said = at === undefined ? 1 : tryRead(() => kernel.memory.readUint32(at));
  return said === undefined ? null : Array.from({ length: Math.min(said, count) }, (_, id) => id);
}

/** Each CPU has a slab that it takes objects from, and a chain of partial ones. */
function* keptByCpus(
  kernel: Kernel,
  layout: SlabLayout,
  cache: VirtualAddress,
  values: CacheValues,
): Generator<Progress, bigint | null, void> {
  const cpus = perCpuOf(kernel).possible.value;
  if (layout.cpu === undefined || values.cpuSlab === null || cpus === null) {
    return null;
  }
  let kept = 0n;
  for (const cpu of cpus) {
    const at = perCpuAddress(kernel, values.cpuSlab, cpu);
    const own = at === undefined ? undefined : layout.cpu.tryRead(at);
    if (own === undefined) {
      return null;
    }
    if (own.slab !== 0n) {
      const slab = layout.slab.tryRead(own.slab);
      const free = keptOf(kernel, own.slab, own.freelist, values, slab);
      if (slab === undefined || slab.cache !== cache || free === undefined) {
        return null;
      }
      kept += BigInt(free + slab.objects - slab.inUse);
    }
    const seen = new Set<bigint>();
    for (let next = own.partial ?? 0n; next !== 0n; ) {
      const slab = layout.slab.tryRead(next);
      if (
        slab === undefined ||
        slab.cache !== cache ||
        slab.next === null ||
        seen.has(next) ||
        slab.inUse > slab.objects
      ) {
        return null;
      }
      kept += BigInt(slab.objects - slab.inUse);
      seen.add(next);
      next = slab.next;
      if (seen.size % slabsPerStep === 0) {
        yield { kind: 'progress', doing: 'counting what CPUs keep of slabs', fraction: null };
      }
    }
  }
  return kept;
}

function keptOf(
  kernel: Kernel,
  slabAt: VirtualAddress,
  freelist: bigint,
  values: CacheValues,
  slab: { readonly objects: number; readonly inUse: number } | undefined,
): number | undefined {
  const map = directMapOf(kernel);
  const pfn = map === undefined ? undefined : pfnOfPage(map, slabAt);
  if (map === undefined || pfn === undefined || slab === undefined || slab.inUse > slab.objects) {
    return undefined;
  }
  const range = {
    start: map.base + pfn * map.pageSize + BigInt(values.redLeftPad ?? 0),
    size: BigInt(values.size),
    count: Math.min(slab.objects, maxObjectsInSlab),
  };
  return values.size === 0
    ? undefined
    : freeObjects(kernel, freelist, range, {
        freeAt: values.freeAt ?? 0,
        random: values.random,
      })?.size;
}

/** What is in the sheaves of CPUs and in the full ones of nodes. */
function keptInSheaves(
  kernel: Kernel,
  layout: SlabLayout,
  cache: VirtualAddress,
  perCpu: bigint,
  notes: WalkNotes,
): bigint | null {
  const cpus = perCpuOf(kernel).possible.value;
  const { sheaves, sheaf, nodes } = layout;
  if (sheaves === undefined || sheaf === undefined || cpus === null) {
    return null;
  }
  if (perCpu === 0n) {
    return 0n;
  }
  const sizeOf = (at: bigint): bigint | null => {
    const size = at === 0n ? 0 : sheaf.tryRead(at)?.size;
    return size === undefined || size > maxObjectsInSlab ? null : BigInt(size);
  };
  let kept: bigint | null = 0n;
  const add = (size: bigint | null): void => {
    kept = kept === null || size === null ? null : kept + size;
  };
  for (const cpu of cpus) {
    const at = perCpuAddress(kernel, perCpu, cpu);
    const atHand = at === undefined ? undefined : sheaves.tryRead(at);
    if (atHand === undefined) {
      return null;
    }
    for (const each of [atHand.main, atHand.spare, atHand.rcuFree]) {
      add(sizeOf(each));
    }
  }
  const ids = nodeIds(kernel, nodes?.count ?? 0);
  if (ids === null) {
    return null;
  }
  const own = new WalkNotes();
  for (const id of ids) {
    const place = cache + (nodes?.barn ?? 0n) + BigInt(id) * (nodes?.step ?? 0n);
    const barn = tryRead(() => kernel.memory.readPointer(place));
    if (barn === undefined || nodes?.barn === null) {
      return null;
    }
    if (barn === 0n) {
      continue;
    }
    const head = barn + offsetOf(kernel, 'node_barn', 'sheaves_full');
    for (const link of listNodes(kernel, head, own, { limit: maxSheaves, name: 'full sheaves' })) {
      add(sizeOf(containerOf(kernel, 'slab_sheaf', 'barn_list', link)));
    }
  }
  for (const damage of own.all) {
    notes.add(damage);
  }
  return own.all.length === 0 ? kept : null;
}
