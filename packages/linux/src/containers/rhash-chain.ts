import { hex, type KernelMemory, type VirtualAddress } from '@vmcorekit/core';
import { NodeReader } from './node-reader.ts';
import type { RhashLayout } from './rhash-layout.ts';

/** What a walk over a resizable hash table carries along. */
export interface RhashWalk {
  readonly memory: KernelMemory;
  readonly table: VirtualAddress;
  readonly layout: RhashLayout;
  readonly damage: (at: VirtualAddress, because: string) => void;
  /** Of the next node with the same key; null where the table has no two of one key. */
  readonly sameKeyAt: number | null;
  /** While it grows, a node may be reached from two buckets, and a chain lead into another. */
  isGrowing: boolean;
  /** All that came, with the bucket of each. */
  readonly seen: Map<bigint, VirtualAddress>;
  readonly limit: number;
  /** Empty buckets that may still be read: a table has at most a few for each node. */
  bucketsLeft: number;
}

/** What hangs on one bucket that is not empty. */
export function* nodesOfChain(
  walk: RhashWalk,
  bucket: VirtualAddress,
  word: bigint,
): Generator<VirtualAddress, void, void> {
  const { hasLockBit } = walk.layout;
  const reader = new NodeReader(walk.memory, walk.table, { words: 1 });
  let last = bucket;
  let node = hasLockBit ? word & ~1n : word;
  while ((node & 1n) === 0n && (node !== 0n || last !== bucket)) {
    const because = reader.load(node);
    if (because !== undefined) {
      walk.damage(last, `the next node ${because}; the rest of its chain is unknown`);
      return;
    }
    if (!accept(walk, bucket, last, node)) {
      return;
    }
    const next = reader.word(0);
    yield node;
    if (walk.sameKeyAt !== null) {
      yield* nodesOfKey(walk, bucket, node, walk.sameKeyAt);
    }
    last = node;
    node = next;
  }
  if (hasLockBit && last !== bucket && node !== (bucket | 1n) && !walk.isGrowing) {
    walk.damage(last, `the chain of bucket ${hex(bucket)} ends with ${hex(node)}, in another one`);
  }
}

/** Nodes with the key of one in a chain hang on that one. Source: Linux, rhltable_insert. */
function* nodesOfKey(
  walk: RhashWalk,
  bucket: VirtualAddress,
  first: VirtualAddress,
  sameKeyAt: number,
): Generator<VirtualAddress, void, void> {
  const reader = new NodeReader(walk.memory, walk.table, {
    sizeInBytes: sameKeyAt + walk.memory.wordSizeInBits / 8,
  });
  let last = first;
  for (;;) {
    const because = reader.load(last);
    const node = because === undefined ? reader.word(sameKeyAt) : 0n;
    if (because !== undefined) {
      walk.damage(last, `the node ${because}; others with its key are unknown`);
    }
    if (node === 0n || !accept(walk, bucket, last, node)) {
      return;
    }
    yield node;
    last = node;
  }
}

/** Whether a node comes now, and why not where that is damage. */
function accept(
  walk: RhashWalk,
  bucket: VirtualAddress,
  last: VirtualAddress,
  node: bigint,
): boolean {
  const { seen, limit, damage } = walk;
  const holder = seen.get(node);
  if (holder !== undefined) {
    if (holder === bucket || !walk.isGrowing) {
      damage(last, `the next node ${hex(node)} came before; the rest of its chain is unknown`);
    }
    return false;
  }
  if (seen.size === limit) {
    if (walk.bucketsLeft >= 0) {
      damage(last, `the walk ends after ${limit} nodes, and the table goes on`);
      walk.bucketsLeft = -1;
    }
    return false;
  }
  seen.set(node, bucket);
  return true;
}
