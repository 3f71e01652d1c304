import { hex, type KernelMemory, type VirtualAddress } from '@vmcorekit/core';
import { headWord, NodeReader } from './node-reader.ts';
import { type Containers, damageOf, nodeLimit, type WalkNotes, type WalkOptions } from './walk.ts';
import { type XarrayLayout, xarrayLayoutOf } from './xarray-layout.ts';

/** An entry and the indexes it stands for; most have one. */
export interface XarrayEntry {
  readonly index: bigint;
  /** Inclusive. */
  readonly last: bigint;
  /** As stored: a pointer, or a value whose bit 0 is set (`value * 2 + 1`). */
  readonly entry: bigint;
}

/** What a walk carries down. */
interface Walk {
  readonly memory: KernelMemory;
  readonly array: VirtualAddress;
  readonly layout: XarrayLayout;
  readonly damage: (at: VirtualAddress, because: string) => void;
  readonly limit: number;
  /** Entries and nodes that may still come; negative after the limit ended the walk. */
  left: number;
}

/** The slot that a node hangs on. */
interface Place {
  readonly node: VirtualAddress;
  readonly shift: number;
  readonly slot: number;
}

/**
 * The entries of an xarray (a radix tree before Linux 4.20), ascending by index. `array` is the
 * address of `struct xarray` (`struct radix_tree_root`). Reserved entries are left out.
 *
 * A node belongs to the array if it names the array, its parent and its slot there, and its shift
 * fits. So no node comes twice. Where that fails, the walk goes on with the next slot, and the
 * notes say which indexes are unknown.
 */
export function* xarrayEntries(
  { memory, types }: Pick<Containers, 'memory' | 'types'>,
  array: VirtualAddress,
  notes: WalkNotes,
  { limit = nodeLimit, name = `the xarray at ${hex(array)}` }: WalkOptions = {},
): Generator<XarrayEntry, void, void> {
  const damage = damageOf(notes, name);
  const layout = xarrayLayoutOf({ memory, types });
  if (typeof layout === 'string') {
    damage(array, layout);
    return;
  }
  const head = headWord(memory, array + layout.headAt);
  if (typeof head === 'string') {
    damage(array, `the pointer to the top node ${head}`);
    return;
  }
  const kind = layout.kindOf(head, null);
  if (kind === 'node') {
    yield* entriesBelow({ memory, array, layout, damage, limit, left: limit }, head, 0n);
  } else if (kind === 'entry') {
    // An array with nothing but index 0 has no node.
    yield { index: 0n, last: 0n, entry: head };
  } else if (kind === 'sibling') {
    damage(array, `the pointer to the top node is ${hex(head)}`);
  }
}

/** The entries below a slot's word, whose first index is `base`. */
function* entriesBelow(
  walk: Walk,
  word: bigint,
  base: bigint,
  place?: Place,
): Generator<XarrayEntry, void, void> {
  const { layout, damage } = walk;
  const { at } = layout.node;
  const { slotCount } = layout;
  const node = word & ~3n;
  const reader = new NodeReader(walk.memory, walk.array, layout.node);
  const because = reader.load(node) ?? wrongNode(reader, node, walk, place);
  if (because !== undefined) {
    damage(place?.node ?? walk.array, `the node ${because}; ${unknownText(base, place)}`);
    return;
  }
  const shift = reader.uint8(at.shift);
  const bits = BigInt(shift);
  const slotWord = (slot: number) => reader.word(at.slots + slot * reader.wordSizeInBytes);
  let slot = 0;
  while (slot < slotCount) {
    const first = slot++;
    const held = slotWord(first);
    const kind = layout.kindOf(held, node);
    if (kind === 'none') {
      continue;
    }
    if (walk.left-- <= 0) {
      if (walk.left === -1) {
        damage(node, `the walk ends after ${walk.limit} entries and nodes, and the array goes on`);
      }
      return;
    }
    const index = base + (BigInt(first) << bits);
    if (kind === 'node') {
      yield* entriesBelow(walk, held, index, { node, shift, slot: first });
    } else if (kind === 'sibling') {
      damage(node, `slot ${first} belongs to the entry of an earlier one, which has none`);
    } else {
      while (slot < slotCount && layout.kindOf(slotWord(slot), node) === 'sibling') {
        slot++;
      }
      yield { index, last: base + (BigInt(slot) << bits) - 1n, entry: held };
    }
  }
}

/** Why what was read is no node of the array; undefined where it is one. */
function wrongNode(
  reader: NodeReader,
  node: VirtualAddress,
  { array, layout }: Walk,
  place: Place | undefined,
): string | undefined {
  const { at } = layout.node;
  const owner = reader.word(at.owner);
  if (owner !== array) {
    return `${hex(node)} belongs to ${hex(owner)}`;
  }
  const parent = reader.word(at.parent);
  if (parent !== (place?.node ?? 0n)) {
    return `${hex(node)} has the parent ${hex(parent)}`;
  }
  const slot = reader.uint8(at.offset);
  if (place !== undefined && slot !== place.slot) {
    return `${hex(node)} has slot ${slot} of its parent, wanted ${place.slot}`;
  }
  const shift = reader.uint8(at.shift);
  const step = Math.log2(layout.slotCount);
  const isFitting =
    place === undefined
      ? shift % step === 0 && shift < reader.wordSizeInBytes * 8
      : shift === place.shift - step;
  return isFitting ? undefined : `${hex(node)} has the shift ${shift}`;
}

function unknownText(base: bigint, place: Place | undefined): string {
  return place === undefined
    ? 'all entries are unknown'
    : `what indexes ${base} to ${base + (1n << BigInt(place.shift)) - 1n} hold is unknown`;
}
