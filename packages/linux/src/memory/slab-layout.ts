import type { Kernel } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { type Field, number, optional, pointer, wide } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { type StructReader, structReader } from '../reading/struct-reader.ts';
import { arrayPlace } from './longs.ts';

type Of<Name extends string, Value> = Readonly<Record<Name, Field<Value>>>;
type CacheShape = Of<'name', bigint> &
  Of<'size' | 'objectSize' | 'oo', number> &
  Of<'freeAt' | 'redLeftPad', number | null> &
  Of<'random' | 'cpuSlab' | 'cpuSheaves', bigint | null>;
type SlabShape = Of<'cache' | 'freelist', bigint> &
  Of<'inUse' | 'objects', number> &
  Of<'next', bigint | null>;
type NodeShape = Of<'slabs' | 'objects', bigint>;
type CpuShape = Of<'freelist' | 'slab', bigint> & Of<'partial', bigint | null>;
type SheavesShape = Of<'main' | 'spare' | 'rcuFree', bigint>;

const cacheFields: CacheShape = {
  name: pointer('name'),
  size: number('size'),
  objectSize: number('object_size'),
  // Objects of a slab, and above them the order of its pages.
  oo: number('oo.x'),
  freeAt: optional(number('offset')),
  random: optional(wide('random')),
  redLeftPad: optional(number('red_left_pad')),
  cpuSlab: optional(pointer('cpu_slab')),
  cpuSheaves: optional(pointer('cpu_sheaves')),
};
const slabFields: SlabShape = {
  cache: pointer('slab_cache'),
  freelist: pointer('freelist'),
  inUse: number('inuse'),
  objects: number('objects'),
  // A CPU's partial slabs are a chain.
  next: optional(pointer('next')),
};
const nodeFields: NodeShape = {
  slabs: wide('nr_slabs.counter', 'nr_slabs'),
  objects: wide('total_objects.counter', 'total_objects'),
};
const cpuFields: CpuShape = {
  freelist: pointer('freelist'),
  slab: pointer('slab', 'page'),
  partial: optional(pointer('partial')),
};
const sheavesFields: SheavesShape = {
  main: pointer('main'),
  spare: pointer('spare'),
  rcuFree: pointer('rcu_free'),
};
const sheafFields: Of<'size', number> = { size: number('size') };

/** How one kernel keeps its slabs. Undefined parts are those that it has not. */
export interface SlabLayout {
  /** `slab`, or `page` before Linux 5.17. */
  readonly slabStruct: string;
  /** By which slabs hang on the lists of nodes. */
  readonly listMember: string;
  readonly cache: StructReader<CacheShape>;
  readonly slab: StructReader<SlabShape>;
  /** Pointers to `kmem_cache_node`, one a node of memory, in each cache. */
  readonly nodes: NodePointers | undefined;
  readonly node: StructReader<NodeShape> | undefined;
  readonly cpu: StructReader<CpuShape> | undefined;
  /** Since Linux 6.18. */
  readonly sheaves: StructReader<SheavesShape> | undefined;
  readonly sheaf: StructReader<Of<'size', number>> | undefined;
}

interface NodePointers {
  readonly at: bigint;
  readonly count: number;
  readonly step: bigint;
  /** Of the pointer to the first `node_barn`; null where there are none. */
  readonly barn: bigint | null;
}

/**
 * The layout of SLUB, read once. Throws `unknown-name` where the kernel's types lack it. Source:
 * Linux, mm/slub.c, mm/slab.h.
 */
export const slabLayoutOf: (kernel: Kernel) => SlabLayout = perKernel((kernel: Kernel) => {
  const { types } = kernel;
  const slabStruct = types.struct('slab')?.member('slab_list') === undefined ? 'page' : 'slab';
  const hasList = types.struct(slabStruct)?.member('slab_list') !== undefined;
  return {
    slabStruct,
    listMember: hasList ? 'slab_list' : 'lru',
    cache: structReader(kernel, 'kmem_cache', cacheFields),
    slab: structReader(kernel, slabStruct, slabFields),
    nodes: nodesOf(kernel),
    node: knownReader(kernel, 'kmem_cache_node', nodeFields),
    cpu: knownReader(kernel, 'kmem_cache_cpu', cpuFields),
    sheaves: knownReader(kernel, 'slub_percpu_sheaves', sheavesFields),
    sheaf: knownReader(kernel, 'slab_sheaf', sheafFields),
  };
});

/** An array of pointers; since Linux 7.0, of structures that have the pointer. */
function nodesOf({ types, memory }: Kernel): NodePointers | undefined {
  const plain = arrayPlace(types, 'kmem_cache', 'node');
  if (plain !== undefined) {
    const step = BigInt(memory.wordSizeInBits / 8);
    return { at: plain.offset, count: plain.count, step, barn: null };
  }
  const structs = arrayPlace(types, 'kmem_cache', 'per_node');
  const each = types.struct('kmem_cache_per_node_ptrs');
  const node = each?.member('node');
  const barn = each?.member('barn');
  if (structs === undefined || node === undefined || !each?.sizeInBytes) {
    return undefined;
  }
  return {
    at: structs.offset + BigInt(node.offsetInBytes),
    count: structs.count,
    step: BigInt(each.sizeInBytes),
    barn: barn === undefined ? null : structs.offset + BigInt(barn.offsetInBytes),
  };
}
