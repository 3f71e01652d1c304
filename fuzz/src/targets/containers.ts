import { noSymbols } from '@vmcorekit/core';
import {
  bitmapBits,
  btfTypes,
  type Containers,
  hlistNodes,
  hlistNullsNodes,
  idrEntries,
  listNodes,
  llistNodes,
  mapleEntries,
  rbNodes,
  rhashtableNodes,
  WalkNotes,
  type WalkOptions,
  xarrayEntries,
} from '@vmcorekit/linux';
import { linearMemory, SparseMemory, structsBtf } from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

/** The memory of the kernel is the input, from here on. */
const start = 0xffff888000000000n;
const sizeInBytes = 0x4000;
const limit = 200;

const node = {
  shift: 0,
  offset: 1,
  parent: [8, 'pointer'],
  array: [16, 'pointer'],
  slots: [40, { pointers: 16 }],
} as const;
const types = btfTypes(
  structsBtf(
    {
      xarray: { size: 16, members: { xa_head: [8, 'pointer'] } },
      xa_node: { size: 168, members: node },
      idr: { size: 24, members: { idr_rt: 0, idr_base: 16 } },
      maple_tree: { size: 16, members: { ma_root: [8, 'pointer'] } },
      maple_range_64: mapleNode(15, 128, 256),
      maple_arange_64: mapleNode(9, 80, 248),
      rhashtable: { size: 64, members: { tbl: [0, 'pointer'], rhlist: 56 } },
      bucket_table: {
        size: 64,
        members: { size: 0, nest: 4, future_tbl: 48, buckets: [64, { pointers: 0 }] },
      },
      rhash_lock_head: { size: 0, members: {} },
      rhlist_head: { size: 16, members: { next: [8, 'pointer'] } },
    },
    { maple_type: { maple_leaf_64: 1n, maple_range_64: 2n, maple_arange_64: 3n } },
  ),
  { wordSizeInBits: 64 },
);

function mapleNode(pivots: number, slotAt: number, size: number) {
  return {
    size,
    members: {
      parent: [0, 'pointer'],
      pivot: [8, { pointers: pivots }],
      slot: [slotAt, { pointers: pivots + 1 }],
    },
  } as const;
}

/** Words by their offset. A word below the size of the memory stands for the address there. */
function memoryOf(words: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const bytes = new Uint8Array(0x800);
  const view = new DataView(bytes.buffer);
  for (const [at, values] of Object.entries(words)) {
    for (const [index, value] of values.entries()) {
      const isAddress = value >= 0x100 && value < sizeInBytes;
      view.setBigUint64(Number(at) + index * 8, BigInt(value) + (isAddress ? start : 0n), true);
    }
  }
  return bytes;
}

/** The container lies at the start of the memory, the nodes from 0x100 on. */
const at = 0x100;
const chain = { [at]: [0x140, at], 320: [0x180, at], 384: [0, 0x140] };

/** What a walk brings: how much, and what identifies it, so that nothing may come twice. */
type Walk = (kernel: Containers, notes: WalkNotes, options: WalkOptions) => Iterable<bigint>;

/** Walks a container in memory that is the input. */
function containerTarget(name: string, seeds: readonly Uint8Array[], walk: Walk): FuzzTarget {
  return {
    name,
    summary: `kernel memory with a container: ${name}`,
    seeds: () => seeds,
    run(bytes) {
      const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
      memory.write(0, bytes.subarray(0, sizeInBytes));
      const mapping = { virtualAddress: start, physicalAddress: 0, lengthInBytes: sizeInBytes };
      const kernel = { memory: linearMemory(memory, [mapping]), types, symbols: noSymbols };
      const notes = new WalkNotes();
      const seen = new Set<bigint>();
      for (const one of walk(kernel, notes, { limit })) {
        must(!seen.has(one), 'something came twice');
        seen.add(one);
        must(seen.size <= limit, 'more came than the limit allows');
      }
      const kinds = new Set(notes.all.map(({ because }) => because.replaceAll(/\w*\d\w*/g, '#')));
      return `${Math.min(seen.size, 8)} ${[...kinds].toSorted().join(' ')}`;
    },
  };
}

const head = start + BigInt(at);

export const containers: readonly FuzzTarget[] = [
  containerTarget(
    'list',
    [memoryOf({ [at]: [0x140, 0x180], 320: [0x180, at], 384: [at, 0x140] })],
    (kernel, notes, options) => listNodes(kernel, head, notes, options),
  ),
  containerTarget('hlist', [memoryOf(chain)], (kernel, notes, options) =>
    hlistNodes(kernel, head, notes, options),
  ),
  containerTarget(
    'hlist-nulls',
    [memoryOf({ ...chain, 384: [7, 0x140] })],
    (kernel, notes, options) => hlistNullsNodes(kernel, head, notes, { ...options, nulls: 3n }),
  ),
  containerTarget('llist', [memoryOf(chain)], (kernel, notes, options) =>
    llistNodes(kernel, head, notes, options),
  ),
  containerTarget(
    'rb-tree',
    [
      memoryOf({
        [at]: [0x140],
        320: [1, 0x180, 0x1c0],
        384: [0x140, 0, 0x200],
        448: [0x141, 0, 0],
        512: [0x181, 0, 0],
      }),
    ],
    (kernel, notes, options) => rbNodes(kernel, head, notes, options),
  ),
  containerTarget(
    'xarray',
    [
      memoryOf({
        [at]: [0, 0x202],
        512: [4, 0, at, 0, 0, 0x302, 0, 0x4000, 0x42],
        768: [0, 0x200, at, 0, 0, 0x5000, 2, 0x6000, 0x21],
      }),
    ],
    function* (kernel, notes, options) {
      for (const { index, last } of xarrayEntries(kernel, head, notes, options)) {
        must(last >= index, 'an entry ends before it begins');
        yield index;
      }
      const ids = [...idrEntries(kernel, head, new WalkNotes(), options)];
      must(ids.length <= limit, 'more came than the limit allows');
    },
  ),
  containerTarget(
    'maple-tree',
    [
      memoryOf({
        [at]: [0, 0x21e],
        512: [at + 1, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0x30c, 0x40c],
        768: [0x206, 0x40, 0x90],
        896: [0x5000, 0x6000],
        1024: [0x20e, 0xa0, 0],
        1152: [0, 0x7000],
      }),
    ],
    function* (kernel, notes, options) {
      let next = 0n;
      for (const { first, last } of mapleEntries(kernel, head, notes, options)) {
        must(first >= next && last >= first, 'entries overlap');
        next = last + 1n;
        yield first;
      }
    },
  ),
  containerTarget(
    'rhashtable',
    [
      memoryOf({
        [at]: [0x200],
        512: [4, 0, 0, 0, 0, 0, 0, 0, 0x301, 0, 0x341, 0],
        768: [0x320],
        800: [0x241],
        832: [0x251],
      }),
      memoryOf({
        [at]: [0x200],
        512: [4 + 2 ** 33, 0, 0, 0, 0, 0, 0, 0, 0x300],
        768: [0, 0, 0, 0x340],
        832: [0x380],
        896: [0x341],
      }),
    ],
    (kernel, notes, options) => rhashtableNodes(kernel, head, notes, options),
  ),
  containerTarget(
    'bitmap',
    [memoryOf({ 0: [128], [at]: [0x81, 0x1000000] })],
    function* (kernel, notes) {
      const bits = kernel.memory.readUint32(start);
      for (const bit of bitmapBits(kernel, head, bits, notes, { limit })) {
        must(bit < limit, 'a bit lies beyond the limit');
        yield BigInt(bit);
      }
    },
  ),
];
