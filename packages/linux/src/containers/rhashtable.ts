import { hex, type KernelMemory, type VirtualAddress } from '@vmcorekit/core';
import { headWord, NodeReader } from './node-reader.ts';
import { nodesOfChain, type RhashWalk } from './rhash-chain.ts';
import { rhashLayoutOf } from './rhash-layout.ts';
import { type Containers, damageOf, type WalkNotes, type WalkOptions } from './walk.ts';

/** A table that grows has one successor, and that one may have to grow as well. */
const maxTables = 4;
/** Every node is remembered, so fewer are followed than elsewhere. */
const rhashLimit = 2 ** 20;
/** 2^31 is the kernel's own limit. Source: Linux, lib/rhashtable.c (rhashtable_init). */
const maxBuckets = 2 ** 31;

/**
 * The nodes of a resizable hash table, in no order: each is the address of a `rhash_head` within an
 * element. `table` is the address of `struct rhashtable` (or of `rhltable`, which begins with one).
 * While the table grows, the nodes of both tables come, each of them once.
 *
 * Nothing in a node leads back, but a chain ends with the address of its own bucket. Another end is
 * damage: the walk got into another chain.
 */
export function* rhashtableNodes(
  { memory, types }: Pick<Containers, 'memory' | 'types'>,
  table: VirtualAddress,
  notes: WalkNotes,
  { limit = rhashLimit, name = `the hash table at ${hex(table)}` }: WalkOptions = {},
): Generator<VirtualAddress, void, void> {
  const damage = damageOf(notes, name);
  const layout = rhashLayoutOf({ memory, types });
  if (typeof layout === 'string') {
    damage(table, layout);
    return;
  }
  const head = new NodeReader(memory, table, layout.table);
  const lost = head.load(table);
  if (lost !== undefined) {
    damage(table, `the table ${lost}`);
    return;
  }
  const walk: RhashWalk = {
    memory,
    table,
    layout,
    damage,
    sameKeyAt: head.uint8(layout.table.at.rhlist) === 1 ? layout.sameKeyAt : null,
    isGrowing: false,
    seen: new Map(),
    limit,
    bucketsLeft: 4 * limit,
  };
  let from = table;
  let at = head.word(layout.table.at.tbl);
  const reader = new NodeReader(memory, table, layout.buckets);
  for (let count = 0; at !== 0n; count++) {
    const because = count === maxTables ? 'is one table too many' : reader.load(at);
    if (because !== undefined) {
      damage(from, `its buckets ${because}; the nodes there are unknown`);
      return;
    }
    const next = reader.word(layout.buckets.at.future_tbl);
    walk.isGrowing ||= next !== 0n;
    const size = reader.uint32(layout.buckets.at.size);
    const nest = reader.uint32(layout.buckets.at.nest);
    if (
      !Number.isInteger(Math.log2(size)) ||
      size > maxBuckets ||
      2 ** nest > Math.min(size, pointersPerPage(memory))
    ) {
      damage(at, `it has ${size} buckets, ${nest} bits of them nested, which no table has`);
    } else if (nest === 0) {
      yield* nodesOfBuckets(walk, at + layout.bucketsAt, size);
    } else {
      yield* nodesBelow(walk, at + layout.bucketsAt, 2 ** nest, size / 2 ** nest);
    }
    if (walk.bucketsLeft < 0) {
      return;
    }
    from = at;
    at = next;
  }
}

/**
 * A table made while memory was short is a tree of pages: `count` pointers, each to the next level,
 * the buckets in the last. Source: Linux, lib/rhashtable.c (__rht_bucket_nested).
 */
function* nodesBelow(
  walk: RhashWalk,
  pointerAt: VirtualAddress,
  count: number,
  bucketsOfEach: number,
): Generator<VirtualAddress, void, void> {
  const { memory, damage } = walk;
  const top = headWord(memory, pointerAt);
  if (typeof top === 'string') {
    damage(pointerAt, `the pointer to nested buckets ${top}`);
    return;
  }
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  const perPage = pointersPerPage(memory);
  for (let index = 0; index < count && top !== 0n && isAllowed(walk, top, 1); index++) {
    const at = top + BigInt(index * wordSizeInBytes);
    if (bucketsOfEach > perPage) {
      yield* nodesBelow(walk, at, perPage, bucketsOfEach / perPage);
      continue;
    }
    const page = headWord(memory, at);
    if (typeof page === 'string') {
      damage(at, `the pointer to nested buckets ${page}`);
      return;
    }
    if (page !== 0n) {
      yield* nodesOfBuckets(walk, page, bucketsOfEach);
    }
  }
}

/** `count` buckets in one stretch of memory; read page by page, because most are empty. */
function* nodesOfBuckets(
  walk: RhashWalk,
  address: VirtualAddress,
  count: number,
): Generator<VirtualAddress, void, void> {
  const { memory } = walk;
  const wordSizeInBytes = memory.wordSizeInBits / 8;
  const pageSizeInBytes = memory.root.basePageSizeInBytes;
  for (let done = 0; done < count; ) {
    const at = address + BigInt(done * wordSizeInBytes);
    const toPageEnd = pageSizeInBytes - Number(at % BigInt(pageSizeInBytes));
    const length = Math.min(count - done, Math.max(1, Math.floor(toPageEnd / wordSizeInBytes)));
    if (!isAllowed(walk, at, length)) {
      return;
    }
    const buckets = new NodeReader(memory, walk.table, { words: length });
    const because = buckets.load(at);
    if (because !== undefined) {
      walk.damage(at, `buckets ${done} to ${done + length - 1} are unknown: ${because}`);
    }
    for (let index = 0; because === undefined && index < length; index++) {
      const word = buckets.word(index * wordSizeInBytes);
      if (word !== 0n) {
        yield* nodesOfChain(walk, at + BigInt(index * wordSizeInBytes), word);
      }
      if (walk.bucketsLeft < 0) {
        return;
      }
    }
    done += length;
  }
}

/** Takes buckets out of the budget; the notes say once that it is used up. */
function isAllowed(walk: RhashWalk, at: VirtualAddress, buckets: number): boolean {
  if (walk.bucketsLeft >= 0) {
    walk.bucketsLeft -= buckets;
    if (walk.bucketsLeft < 0) {
      walk.damage(at, 'the walk ends here: the table has far more buckets than nodes are followed');
    }
  }
  return walk.bucketsLeft >= 0;
}

function pointersPerPage({ root, wordSizeInBits }: KernelMemory): number {
  return root.basePageSizeInBytes / (wordSizeInBits / 8);
}
