import { hex, type VirtualAddress } from '@vmcorekit/core';
import { NodeReader } from './node-reader.ts';
import { type Containers, damageOf, type WalkNotes, type WalkOptions } from './walk.ts';

/** Every node is remembered, so fewer are followed than elsewhere. */
const llistLimit = 2 ** 20;

/**
 * The nodes of a lock-less list, the newest first: each is the address of an `llist_node`. `head`
 * is the address of the `llist_head`. Both are one pointer. Nothing points back, so a list that
 * leads elsewhere looks whole; only a cycle shows. Source: Linux, include/linux/llist.h.
 */
export function* llistNodes(
  kernel: Pick<Containers, 'memory'>,
  head: VirtualAddress,
  notes: WalkNotes,
  { limit = llistLimit, name = `the lock-less list at ${hex(head)}` }: WalkOptions = {},
): Generator<VirtualAddress, void, void> {
  const damage = damageOf(notes, name);
  const reader = new NodeReader(kernel.memory, head, { words: 1 });
  const seen = new Set<bigint>();
  let last = head;
  let because = reader.load(head);
  while (because === undefined) {
    const node = reader.word(0);
    if (node === 0n) {
      return;
    }
    if (seen.has(node)) {
      damage(last, `the next node ${hex(node)} came before: the list has no end`);
      return;
    }
    because = reader.load(node);
    if (because === undefined && seen.size === limit) {
      damage(last, `the walk ends after ${limit} nodes, and the list goes on`);
      return;
    }
    if (because === undefined) {
      seen.add(node);
      last = node;
      // The reader holds this node's pointer, whatever the caller reads meanwhile.
      yield node;
    }
  }
  damage(last, `${last === head && seen.size === 0 ? 'the list' : 'the next node'} ${because}`);
}
