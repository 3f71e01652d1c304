import { type Kernel, type Progress, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { containerOf, listNodes, offsetOf, WalkNotes } from '../containers/index.ts';
import { knownText } from '../reading/known-text.ts';
import { type CacheValues, keptObjects, nodeIds } from './slab-kept.ts';
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
    const own = knownText(kernel.memory, values.name, maxNameInBytes) ?? null;
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
  const ids = nodeIds(kernel, nodes.count);
  if (ids === null) {
    return without('how many nodes there are cannot be read');
  }
  let slabs = 0n;
  let objects = 0n;
  let free: bigint | null = 0n;
  for (const id of ids) {
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
  const kept = yield* keptObjects(kernel, layout, address, values, notes);
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
