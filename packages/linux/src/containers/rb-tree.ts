import { hex, type VirtualAddress } from '@vmcorekit/core';
import { headWord, NodeReader } from './node-reader.ts';
import { type Containers, damageOf, nodeLimit, type WalkNotes, type WalkOptions } from './walk.ts';

/**
 * `struct rb_node` since Linux 2.6.18: the parent with the colour in its low bits, then the right
 * child, then the left. Source: include/linux/rbtree.h (rbtree_types.h since 5.14).
 */
const words = 3;
const colourBits = 3n;

/** Twice the depth of a balanced tree that fills the address space. */
const maxDepth = 128;

/** A node whose left side has been walked. */
interface Pending {
  readonly node: VirtualAddress;
  readonly right: VirtualAddress;
  readonly depth: number;
}

/**
 * The nodes of a red-black tree in its order: each is the address of an `rb_node` within an
 * element. `root` is the address of an `rb_root` or of any kind of it that begins with the pointer
 * to the top node: `rb_root_cached`, `timerqueue_head`.
 *
 * A node belongs to the tree if its parent pointer agrees, so no node comes twice. Where that
 * fails, everything below is unknown, and the walk goes on with the other branches.
 */
export function* rbNodes(
  kernel: Pick<Containers, 'memory'>,
  root: VirtualAddress,
  notes: WalkNotes,
  { limit = nodeLimit, name = `the tree at ${hex(root)}` }: WalkOptions = {},
): Generator<VirtualAddress, void, void> {
  const damage = damageOf(notes, name);
  const top = headWord(kernel.memory, root);
  if (typeof top === 'string') {
    damage(root, `the root ${top}`);
    return;
  }
  const reader = new NodeReader(kernel.memory, root, { words });
  const [right, left] = [reader.wordSizeInBytes, 2 * reader.wordSizeInBytes];
  const pending: Pending[] = [];
  let node = top;
  let parent = 0n;
  let depth = 1;
  let count = 0;
  for (;;) {
    while (node !== 0n) {
      const because =
        depth > maxDepth ? `${hex(node)} lies too deep` : wrongNode(reader, node, parent);
      if (because !== undefined) {
        const below = 'what lies below is unknown';
        damage(parent === 0n ? root : parent, `the child ${because}; ${below}`);
        break;
      }
      if (count === limit) {
        damage(node, `the walk ends after ${limit} nodes, and the tree goes on`);
        return;
      }
      count++;
      const [leftChild, rightChild] = [reader.word(left), reader.word(right)];
      // Both sides would have the right parent, and the same nodes would come again.
      const isTwice = leftChild === rightChild && leftChild !== 0n;
      if (isTwice) {
        damage(node, `both children are ${hex(leftChild)}; one of them is unknown`);
      }
      pending.push({ node, right: isTwice ? 0n : rightChild, depth });
      [parent, node] = [node, leftChild];
      depth++;
    }
    const visited = pending.pop();
    if (visited === undefined) {
      return;
    }
    yield visited.node;
    [parent, node, depth] = [visited.node, visited.right, visited.depth + 1];
  }
}

function wrongNode(reader: NodeReader, node: bigint, parent: bigint): string | undefined {
  const lost = reader.load(node);
  if (lost !== undefined) {
    return lost;
  }
  const its = reader.word(0) & ~colourBits;
  return its === parent ? undefined : `${hex(node)} has the parent ${hex(its)}`;
}
