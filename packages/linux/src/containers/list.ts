import { hex, type VirtualAddress } from '@vmcorekit/core';
import { NodeReader } from './node-reader.ts';
import { type Containers, damageOf, nodeLimit, type WalkNotes, type WalkOptions } from './walk.ts';

/** `struct list_head`: two pointers, unchanged in all of Linux (include/linux/types.h). */
const words = 2;

/** How far a walk in one direction came. */
interface Reached {
  /** The last node of the list in this direction; the head where there is none. */
  readonly last: VirtualAddress;
  /** Where its pointer leads. */
  readonly to: VirtualAddress;
  /** Why that is not the next node; undefined where the walk ended at the head, or by the limit. */
  readonly because?: string | undefined;
}

/**
 * The nodes of a list, without its head: each is the address of a `list_head` within an element.
 *
 * A node belongs to the list if its pointer back agrees (`next->prev`). So no node comes twice, and
 * no cycle holds the walk. Where that fails, the list is torn: the walk goes on from the other end,
 * backwards, to where it is torn as well. What lies between is unknown, and the notes say so.
 */
export function* listNodes(
  kernel: Pick<Containers, 'memory'>,
  head: VirtualAddress,
  notes: WalkNotes,
  { limit = nodeLimit, name = `the list at ${hex(head)}` }: WalkOptions = {},
): Generator<VirtualAddress, void, void> {
  const damage = damageOf(notes, name);
  const reader = new NodeReader(kernel.memory, head, { words });
  const [next, prev] = [0, reader.wordSizeInBytes];
  const lost = reader.load(head);
  if (lost !== undefined) {
    damage(head, `the head ${lost}`);
    return;
  }
  const [first, end] = [reader.word(next), reader.word(prev)];
  const budget = { left: limit };
  const forth = yield* follow(reader, head, first, [next, prev], budget);
  if (budget.left < 0) {
    damage(forth.last, `the walk ends after ${limit} nodes, and the list goes on`);
    return;
  }
  if (forth.because !== undefined) {
    damage(forth.last, `the next node ${forth.because}`);
  } else if (forth.last === end) {
    return;
  } else {
    damage(head, `the head points back to ${hex(end)}, but the last node is ${hex(forth.last)}`);
  }
  const back = yield* follow(reader, head, end, [prev, next], budget);
  if (budget.left < 0) {
    damage(back.last, `the walk back ends after ${limit} nodes, and the list goes on`);
  } else if (back.because === undefined) {
    damage(head, 'the walk back from the end reached the head, so it has every node');
  } else {
    // One of the two pointers at the tear may still be right, and then it joins both ways.
    const isJoined = back.last === forth.to || back.to === forth.last;
    const between = `lie between this one and ${hex(forth.last)}`;
    damage(
      back.last,
      `the previous node ${back.because}; ${isJoined ? `no nodes ${between}` : `which nodes ${between} is unknown`}`,
    );
  }
}

/** `budget.left` is negative where the limit ended the walk. */
function* follow(
  reader: NodeReader,
  head: VirtualAddress,
  first: VirtualAddress,
  [along, against]: readonly [number, number],
  budget: { left: number },
): Generator<VirtualAddress, Reached, void> {
  let last = head;
  let to = first;
  while (to !== head) {
    const because =
      reader.load(to) ??
      (reader.word(against) === last
        ? undefined
        : `${hex(to)} points back to ${hex(reader.word(against))}`);
    if (because !== undefined) {
      return { last, to, because };
    }
    if (--budget.left < 0) {
      break;
    }
    last = to;
    to = reader.word(along);
    yield last;
  }
  return { last, to };
}
