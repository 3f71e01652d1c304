import { hex, type VirtualAddress } from '@vmcorekit/core';
import { headWord, NodeReader } from './node-reader.ts';
import { type Containers, damageOf, nodeLimit, type WalkNotes, type WalkOptions } from './walk.ts';

/**
 * `struct hlist_node` and `struct hlist_nulls_node`: `next` and `pprev`, the address of the pointer
 * that leads here. Unchanged in all of Linux (include/linux/types.h, list_nulls.h).
 */
const words = 2;

/**
 * The nodes of a hash list: each is the address of an `hlist_node` within an element. `head` is the
 * address of the `hlist_head`.
 *
 * A node belongs to the list if its `pprev` is the address of the pointer that led to it. So no
 * node comes twice. Where that fails, the list is torn and its rest unknown: it has no other end.
 */
export function hlistNodes(
  kernel: Pick<Containers, 'memory'>,
  head: VirtualAddress,
  notes: WalkNotes,
  { limit = nodeLimit, name = `the hash list at ${hex(head)}` }: WalkOptions = {},
): Generator<VirtualAddress, void, void> {
  return chainNodes(kernel, head, notes, { limit, name, endOf: (pointer) => pointer === 0n });
}

export interface ChainOptions extends Required<WalkOptions> {
  /** Whether a pointer ends the chain; a sentence where it ends it wrongly. */
  readonly endOf: (pointer: bigint) => boolean | string;
}

/** A chain with `pprev`, and an end of any form. */
export function* chainNodes(
  kernel: Pick<Containers, 'memory'>,
  head: VirtualAddress,
  notes: WalkNotes,
  { limit, name, endOf }: ChainOptions,
): Generator<VirtualAddress, void, void> {
  const damage = damageOf(notes, name);
  const first = headWord(kernel.memory, head);
  if (typeof first === 'string') {
    damage(head, `the head ${first}`);
    return;
  }
  let pointer = first;
  let end = endOf(pointer);
  if (end === true) {
    return;
  }
  const reader = new NodeReader(kernel.memory, head, { words });
  let last = head;
  for (let count = 0; end === false; count++) {
    const wrong = reader.load(pointer) ?? wrongBack(reader, head, pointer, last);
    if (wrong !== undefined) {
      damage(last, `the next node ${wrong}; the rest of the list is unknown`);
      return;
    }
    if (count === limit) {
      damage(last, `the walk ends after ${limit} nodes, and the list goes on`);
      return;
    }
    last = pointer;
    pointer = reader.word(0);
    end = endOf(pointer);
    yield last;
  }
  if (end !== true) {
    damage(last, end);
  }
}

function wrongBack(
  reader: NodeReader,
  head: bigint,
  node: bigint,
  last: bigint,
): string | undefined {
  if (node === head) {
    // The first node points back to it rightly, so the list would come again.
    return `${hex(node)} is the head`;
  }
  const back = reader.word(reader.wordSizeInBytes);
  return back === last ? undefined : `${hex(node)} points back to ${hex(back)}`;
}
