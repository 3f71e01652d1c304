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
import { type SlabLayout, slabLayoutOf } from './slab-layout.ts';

const maxCaches = 2 ** 16;
const maxNameInBytes = 256;
/** Slabs of one list, or one CPU's chain. */
const maxSlabs = 2 ** 22;
const slabsPerStep = 512;
/** OO_SHIFT. Source: Linux, mm/slub.c. */
const orderShift = 16;

/** A cache of objects of one size. Null means "not proved". */
export interface SlabCache {
  readonly address: VirtualAddress;
  readonly name: string | null;
  readonly objectSizeInBytes: number;
  /** From one object to the next. */
  readonly sizeInBytes: number;
  readonly objectsPerSlab: number;
  readonly pagesPerSlab: number;
  readonly slabs: bigint | null;
  readonly objects: bigint | null;
  /** As /proc/slabinfo counts: all but those free on the nodes' lists of partial slabs. */
  readonly active: bigint | null;
  /** Free ones that CPUs keep at hand, which `active` counts. */
  readonly kept: bigint | null;
  /** Since Linux 7.0 not proved: objects in sheaves that wait for RCU are on no list. */
  readonly inUse: bigint | null;
  /** Why a count is not proved. */
  readonly because?: string;
}

export interface SlabCaches {
  readonly caches: readonly SlabCache[];
  readonly remarks: readonly string[];
}

type CacheValues = ReturnType<SlabLayout['cache']['read']>;

/**
 * The slab caches, in the kernel's order, or only those of a name. Throws `unknown-name` where the
 * kernel's types lack what this needs.
 */
export function* readSlabCaches(
  kernel: Kernel,
  name?: string,
): Generator<Progress, SlabCaches, void> {
  const layout = slabLayoutOf(kernel);
  const notes = new WalkNotes();
  const caches: SlabCache[] = [];
  const head = kernel.variable('slab_caches').address;
  for (const node of listNodes(kernel, head, notes, { name: 'slab_caches', limit: maxCaches })) {
    const address = containerOf(kernel, 'kmem_cache', 'list', node);
    const values = layout.cache.tryRead(address);
    if (values === undefined) {
      notes.add({ container: 'slab_caches', at: address, because: 'the cache cannot be read' });
      continue;
    }
    const own = tryRead(() => kernel.memory.readText(values.name, maxNameInBytes)) ?? null;
    if (name === undefined || own === name) {
      caches.push(yield* slabCache(kernel, layout, address, values, own, notes));
    }
    yield { kind: 'progress', doing: 'reading the slab caches', fraction: null };
  }
  return { caches, remarks: notes.remarks() };
}

function* slabCache(
  kernel: Kernel,
  layout: SlabLayout,
  address: VirtualAddress,
  values: CacheValues,
  name: string | null,
  notes: WalkNotes,
): Generator<Progress, SlabCache, void> {
  const known = {
    address,
    name,
    objectSizeInBytes: values.objectSize,
    sizeInBytes: values.size,
    objectsPerSlab: values.oo & (2 ** orderShift - 1),
    pagesPerSlab: 2 ** Math.min(values.oo >>> orderShift, 31),
  };
  const without = (because: string): SlabCache => ({
    ...known,
    slabs: null,
    objects: null,
    active: null,
    kept: null,
    inUse: null,
    because,
  });
  const { nodes, node: reader } = layout;
  if (nodes === undefined || reader === undefined) {
    return without('this kernel does not count the objects of its nodes');
  }
  let slabs = 0n;
  let objects = 0n;
  let free: bigint | null = 0n;
  for (const id of nodeIds(kernel, nodes.count)) {
    const place = address + nodes.at + BigInt(id) * nodes.step;
    const at = tryRead(() => kernel.memory.readPointer(place));
    if (at === 0n) {
      continue;
    }
    const counts = at === undefined ? undefined : reader.tryRead(at);
    if (at === undefined || counts === undefined) {
      return without(`node ${id} of the cache cannot be read`);
    }
    slabs += counts.slabs;
    objects += counts.objects;
    const onNode: bigint | null = yield* freeOnList(kernel, layout, address, at, notes);
    free = free === null || onNode === null ? null : free + onNode;
  }
  const kept =
    values.cpuSheaves === null
      ? yield* keptByCpus(kernel, layout, address, values)
      : keptInSheaves(kernel, layout, address, values.cpuSheaves, notes);
  const active = free === null ? null : objects - free;
  return {
    ...known,
    slabs,
    objects,
    active,
    kept,
    inUse:
      active === null || kept === null || kept > active || values.cpuSheaves !== null
        ? null
        : active - kept,
  };
}

function nodeIds(kernel: Kernel, count: number): number[] {
  const at = kernel.symbols.find('nr_node_ids')?.address;
  const told = at === undefined ? 1 : (tryRead(() => kernel.memory.readUint32(at)) ?? 1);
  return Array.from({ length: Math.min(told, count) }, (_, id) => id);
}

/** The free objects of the partial slabs of a node; null where one of them is not the cache's. */
function* freeOnList(
  kernel: Kernel,
  layout: SlabLayout,
  cache: VirtualAddress,
  node: VirtualAddress,
  notes: WalkNotes,
): Generator<Progress, bigint | null, void> {
  const head = node + offsetOf(kernel, 'kmem_cache_node', 'partial');
  const own = new WalkNotes();
  let free = 0n;
  let count = 0;
  for (const link of listNodes(kernel, head, own, { limit: maxSlabs, name: 'partial slabs' })) {
    const slab = containerOf(kernel, layout.slabStruct, layout.listMember, link);
    const values = layout.slab.tryRead(slab);
    if (values === undefined || values.cache !== cache || values.inUse > values.objects) {
      notes.add({ container: 'partial slabs', at: slab, because: 'it is no slab of its cache' });
      return null;
    }
    free += BigInt(values.objects - values.inUse);
    if (++count % slabsPerStep === 0) {
      yield { kind: 'progress', doing: 'counting the objects of slab caches', fraction: null };
    }
  }
  for (const damage of own.all) {
    notes.add(damage);
  }
  return own.all.length === 0 ? free : null;
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
    const own = at === undefined ? undefined : sheaves.tryRead(at);
    if (own === undefined) {
      return null;
    }
    for (const each of [own.main, own.spare, own.rcuFree]) {
      add(sizeOf(each));
    }
  }
  for (const id of nodeIds(kernel, nodes?.count ?? 0)) {
    const place = cache + (nodes?.barn ?? 0n) + BigInt(id) * (nodes?.step ?? 0n);
    const barn = tryRead(() => kernel.memory.readPointer(place));
    if (barn === undefined || nodes?.barn === null) {
      return null;
    }
    if (barn === 0n) {
      continue;
    }
    const head = barn + offsetOf(kernel, 'node_barn', 'sheaves_full');
    for (const link of listNodes(kernel, head, notes, { limit: maxCaches, name: 'full sheaves' })) {
      add(sizeOf(containerOf(kernel, 'slab_sheaf', 'barn_list', link)));
    }
  }
  return kept;
}
