import { x8664 } from '@vmcorekit/architectures';
import { latin1Bytes, resultOf, type TypeTable } from '@vmcorekit/core';
import { readSlabCaches, type SlabCache } from '@vmcorekit/linux';
import { linearMemory, memoryDump, SparseMemory, symbolList, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { memoryTypes, structBytes } from './memory-kernel.ts';

const base = 0xffff888000000000n;
const sizeInBytes = 0x40000;
const vmemmap = base + 0x20000n;

const list = ['void *next', 'void *prev'];
const cacheStart = [
  'u32 size',
  'u32 object_size',
  'u64 flags',
  'struct kmem_cache_order_objects oo',
  'u32 offset',
  'u64 random',
  'char *name',
  'struct list_head list',
];
const slab = [
  'u64 flags',
  'void *slab_cache',
  'struct list_head slab_list',
  'void *freelist',
  'u32 inuse',
  'u32 objects',
  'void *next',
];
const common = {
  list_head: list,
  kmem_cache_order_objects: ['u32 x'],
  kmem_cache_node: ['u64 nr_slabs', 'u64 total_objects', 'struct list_head partial'],
  page: ['u64 flags', 'u64 rest[7]'],
};

/** Since Linux 5.17: `struct slab`, and a slab of each CPU. */
const withCpuSlabs = memoryTypes({
  structs: {
    ...common,
    slab,
    kmem_cache_cpu: ['void *freelist', 'void *slab', 'void *partial'],
    kmem_cache: ['void *cpu_slab', ...cacheStart, 'void *node[2]'],
  },
});

/** Since Linux 7.0: sheaves. */
const withSheaves = memoryTypes({
  structs: {
    ...common,
    slab,
    slub_percpu_sheaves: ['void *main', 'void *spare', 'void *rcu_free'],
    slab_sheaf: ['struct list_head barn_list', 'u32 size'],
    node_barn: ['struct list_head sheaves_full'],
    kmem_cache_per_node_ptrs: ['void *barn', 'void *node'],
    kmem_cache: ['void *cpu_sheaves', ...cacheStart, 'struct kmem_cache_per_node_ptrs per_node[2]'],
  },
});

const at = {
  head: base + 0x1000n,
  cache: base + 0x1100n,
  name: base + 0x1300n,
  node: base + 0x1400n,
  cpu: base + 0x1500n,
  barn: base + 0x1600n,
  sheaf: base + 0x1700n,
  spare: base + 0x1800n,
  mask: base + 0x1900n,
  bases: base + 0x1a00n,
  /** On a page of its own. */
  nodeCount: base + 0x7000n,
};
/** Slabs are the pages 4, 5 and 6. */
const slabAt = (pfn: bigint) => vmemmap + 64n * pfn;
const objectAt = (pfn: bigint, index: bigint) => base + 4096n * pfn + 256n * index;
const random = 0x1122334455667788n;

interface Built {
  readonly types: TypeTable;
  readonly put: (address: bigint, bytes: Uint8Array) => void;
  readonly words: (address: bigint, ...values: readonly bigint[]) => void;
  /** Loses the page at an address. */
  readonly lose: (address: bigint) => void;
  readonly caches: () => readonly SlabCache[];
}

/** A cache of 16 objects a slab, of which one has 5 on the node's list, and none is kept. */
function cacheOf(types: TypeTable): Built {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const put = (address: bigint, bytes: Uint8Array) => memory.write(Number(address - base), bytes);
  const words: Built['words'] = (address, ...values) => {
    const view = new DataView(new ArrayBuffer(8 * values.length));
    for (const [index, value] of values.entries()) {
      view.setBigUint64(8 * index, BigInt.asUintN(64, value), true);
    }
    put(address, new Uint8Array(view.buffer));
  };
  const listAt = BigInt(types.struct('kmem_cache')?.member('list')?.offsetInBytes ?? 0);
  const partialAt =
    at.node + BigInt(types.struct('kmem_cache_node')?.member('partial')?.offsetInBytes ?? 0);
  const linkAt = slabAt(4n) + BigInt(types.struct('slab')?.member('slab_list')?.offsetInBytes ?? 0);
  const cache = structBytes(types, 'kmem_cache', {
    size: 256n,
    object_size: 250n,
    oo: new Uint8Array([16, 0, 0, 0]),
    offset: 128n,
    random,
    name: at.name,
    list: new Uint8Array(16),
    ...(types.struct('kmem_cache_cpu') === undefined
      ? { cpu_sheaves: at.cpu, per_node: new Uint8Array(32) }
      : { cpu_slab: at.cpu, node: [at.node, 0n] }),
  });
  put(at.cache, cache);
  words(at.cache + listAt, at.head, at.head);
  words(at.head, at.cache + listAt, at.cache + listAt);
  if (types.struct('kmem_cache_cpu') === undefined) {
    const perNode = types.struct('kmem_cache')?.member('per_node')?.offsetInBytes ?? 0;
    words(at.cache + BigInt(perNode), at.barn, at.node);
    words(at.barn, at.barn, at.barn);
  }
  put(at.name, latin1Bytes('kmalloc-256\0'));
  put(at.node, structBytes(types, 'kmem_cache_node', { nr_slabs: 3n, total_objects: 48n }));
  words(partialAt, linkAt, linkAt);
  put(slabAt(4n), structBytes(types, 'slab', { slab_cache: at.cache, inuse: 11n, objects: 16n }));
  words(linkAt, partialAt, partialAt);
  words(at.mask, 1n);
  words(at.bases, 0n, base, vmemmap, 64n, 1n);
  words(at.nodeCount, 1n);
  const kernel = () =>
    testKernel({
      dump: memoryDump({ memory, architecture: x8664 }),
      memory: linearMemory(memory, [
        { virtualAddress: base, physicalAddress: 0, lengthInBytes: sizeInBytes },
      ]),
      types,
      symbols: symbolList({
        slab_caches: at.head,
        __cpu_possible_mask: at.mask,
        __per_cpu_offset: at.bases,
        page_offset_base: at.bases + 8n,
        vmemmap_base: at.bases + 16n,
        max_pfn: at.bases + 24n,
        nr_node_ids: at.nodeCount,
        nr_cpu_ids: at.bases + 32n,
      }),
      variable: (name) => ({ address: name === 'slab_caches' ? at.head : 0n }) as never,
    });
  const lose = (address: bigint) => memory.lose(Number(address - base), 'corrupt');
  return { types, put, words, lose, caches: () => resultOf(readSlabCaches(kernel())).caches };
}

/** As a kernel with CONFIG_SLAB_FREELIST_HARDENED stores the pointer to the next free object. */
function link({ words }: Built, object: bigint, next: bigint): void {
  const place = object + 128n;
  const swapped = BigInt(
    `0x${(place.toString(16).padStart(16, '0').match(/../g) ?? []).toReversed().join('')}`,
  );
  words(place, next ^ random ^ swapped);
}

describe('slab caches', () => {
  it('have slabs and objects, and those in use where CPUs keep none', () => {
    const [cache, ...others] = cacheOf(withCpuSlabs).caches();
    expect(others).to.deep.equal([]);
    expect(cache).to.deep.include({
      name: 'kmalloc-256',
      objectSizeInBytes: 250,
      sizeInBytes: 256,
      objectsPerSlab: 16,
      pagesPerSlab: 1,
      slabs: 3n,
      objects: 48n,
      active: 43n,
      kept: 0n,
      inUse: 43n,
    });
  });

  it("do not count what a CPU's slab and its partial slabs have free", () => {
    const built = cacheOf(withCpuSlabs);
    const { put, types } = built;
    const slabOf = (values: Readonly<Record<string, bigint>>) =>
      structBytes(types, 'slab', { slab_cache: at.cache, objects: 16n, ...values });
    put(slabAt(5n), slabOf({ inuse: 16n }));
    put(slabAt(6n), slabOf({ inuse: 13n }));
    link(built, objectAt(5n, 2n), objectAt(5n, 7n));
    link(built, objectAt(5n, 7n), 0n);
    built.words(at.cpu, objectAt(5n, 2n), slabAt(5n), slabAt(6n));
    expect(built.caches()[0]).to.deep.include({ active: 43n, kept: 5n, inUse: 38n });
  });

  it('prove nothing of a CPU whose free list leaves its slab, or has no end', () => {
    for (const next of [objectAt(6n, 0n), objectAt(5n, 2n), objectAt(5n, 1n) + 8n]) {
      const built = cacheOf(withCpuSlabs);
      built.put(
        slabAt(5n),
        structBytes(built.types, 'slab', { slab_cache: at.cache, objects: 16n, inuse: 16n }),
      );
      link(built, objectAt(5n, 2n), next);
      built.words(at.cpu, objectAt(5n, 2n), slabAt(5n), 0n);
      expect(built.caches()[0]).to.deep.include({ active: 43n, kept: null, inUse: null });
    }
  });

  it('prove nothing where a chain of partial slabs comes back to one', () => {
    const built = cacheOf(withCpuSlabs);
    built.put(
      slabAt(5n),
      structBytes(built.types, 'slab', { slab_cache: at.cache, objects: 16n, next: slabAt(5n) }),
    );
    built.words(at.cpu, 0n, 0n, slabAt(5n));
    expect(built.caches()[0]).to.deep.include({ kept: null, inUse: null });
  });

  it('have what lies in sheaves, but not how many are in use', () => {
    const built = cacheOf(withSheaves);
    const { put, types, words } = built;
    put(at.sheaf, structBytes(types, 'slab_sheaf', { size: 7n }));
    put(at.spare, structBytes(types, 'slab_sheaf', { size: 12n }));
    words(at.spare, at.barn, at.barn);
    words(at.barn, at.spare, at.spare);
    words(at.cpu, at.sheaf, 0n, 0n);
    expect(built.caches()[0]).to.deep.include({ active: 43n, kept: 19n, inUse: null });
  });

  it('do not count the rest of a torn list of full sheaves as all that is kept', () => {
    const built = cacheOf(withSheaves);
    const { put, types, words } = built;
    put(at.sheaf, structBytes(types, 'slab_sheaf', { size: 7n }));
    put(at.spare, structBytes(types, 'slab_sheaf', { size: 12n }));
    words(at.spare, base - 0x1000n, at.barn);
    words(at.barn, at.spare, base - 0x1000n);
    words(at.cpu, at.sheaf, 0n, 0n);
    expect(built.caches()[0]).to.deep.include({ active: 43n, kept: null });
  });

  it('count nothing where the number of nodes cannot be read', () => {
    const built = cacheOf(withSheaves);
    built.lose(at.nodeCount);
    expect(built.caches()[0]).to.deep.include({ slabs: null, objects: null, kept: null });
  });

  it('end for every content of a cache, a node and a CPU', () => {
    const word = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.constantFrom(0n, at.head, at.cache, at.node, at.barn, slabAt(4n), slabAt(5n)),
    );
    const place = fc.constantFrom(at.cache, at.node, at.cpu, at.barn, slabAt(4n), slabAt(5n));
    fc.assert(
      fc.property(
        fc.constantFrom(withCpuSlabs, withSheaves),
        fc.array(fc.tuple(place, fc.nat(12), word), { maxLength: 6 }),
        (types, writes) => {
          const built = cacheOf(types);
          for (const [address, index, value] of writes) {
            built.words(address + BigInt(8 * index), value);
          }
          for (const { inUse, objects } of built.caches()) {
            expect(inUse === null || objects === null || inUse <= objects).to.equal(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
