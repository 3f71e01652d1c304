import { hex, type KernelMemory, type VirtualAddress } from '@vmcorekit/core';
import { type MapleLayout, type MapleNodeLayout, mapleLayoutOf } from './maple-layout.ts';
import { headWord, NodeReader } from './node-reader.ts';
import { type Containers, damageOf, nodeLimit, type WalkNotes, type WalkOptions } from './walk.ts';

/** An entry of a maple tree and the range it stands for. */
export interface MapleEntry {
  readonly first: bigint;
  /** Inclusive. */
  readonly last: bigint;
  /** As stored: a pointer or a value. */
  readonly entry: bigint;
}

/** MAPLE_HEIGHT_MAX. This and the bits below: Linux, include/linux/maple_tree.h. */
const maxHeight = 31;
/** Nodes are aligned to 256 bytes; a pointer to one has its type in the bits below. */
const addressBits = 0xffn;
const typeShift = 3n;
const typeBits = 0xfn;
/** The parent pointer of the top node: the tree, and bit 0. */
const rootMark = 1n;
/** A parent pointer has the slot there. */
const slotShift = 3n;
/** What reserves a range without an entry. Source: Linux, include/linux/xarray.h. */
const zeroEntry = (257n << 2n) | 2n;

/** What a walk carries down. */
interface Walk {
  readonly memory: KernelMemory;
  readonly tree: VirtualAddress;
  readonly layout: MapleLayout;
  readonly damage: (at: VirtualAddress, because: string) => void;
  readonly limit: number;
  /** Entries and nodes that may still come; negative after the limit ended the walk. */
  left: number;
}

/** A stretch of the tree: what its node hangs on, and the range it covers. */
interface Place {
  readonly parent: VirtualAddress | null;
  readonly slot: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly height: number;
}

/**
 * The entries of a maple tree, ascending. `tree` is the address of `struct maple_tree`. Gaps and
 * reserved ranges are left out.
 *
 * A node belongs to the tree if it names its parent and its slot there, and its pivots ascend
 * within its range. So no node comes twice. Where that fails, the walk goes on with the next slot,
 * and the notes say which range is unknown.
 */
export function* mapleEntries(
  { memory, types }: Pick<Containers, 'memory' | 'types'>,
  tree: VirtualAddress,
  notes: WalkNotes,
  { limit = nodeLimit, name = `the maple tree at ${hex(tree)}` }: WalkOptions = {},
): Generator<MapleEntry, void, void> {
  const damage = damageOf(notes, name);
  const layout = mapleLayoutOf({ memory, types });
  if (typeof layout === 'string') {
    damage(tree, layout);
    return;
  }
  const root = headWord(memory, tree + layout.rootAt);
  if (typeof root === 'string') {
    damage(tree, `the pointer to the top node ${root}`);
    return;
  }
  if ((root & 3n) === 2n && root > 4096n) {
    const last = (1n << BigInt(memory.wordSizeInBits)) - 1n;
    const place: Place = { parent: null, slot: 0, first: 0n, last, height: 1 };
    yield* entriesBelow({ memory, tree, layout, damage, limit, left: limit }, root, place);
  } else if (root !== 0n && root !== zeroEntry) {
    // A tree with nothing but index 0 has no node.
    yield { first: 0n, last: 0n, entry: root };
  }
}

function* entriesBelow(walk: Walk, word: bigint, place: Place): Generator<MapleEntry, void, void> {
  const { damage } = walk;
  const node = word & ~addressBits;
  const type = Number((word >> typeShift) & typeBits);
  const layout = walk.layout.nodes.get(type);
  const reader = new NodeReader(walk.memory, walk.tree, layout ?? { words: 1 });
  const because =
    place.height > maxHeight
      ? `${hex(node)} lies too deep`
      : layout === undefined
        ? `${hex(word)} has the unknown type ${type}`
        : (reader.load(node) ?? wrongParent(reader, layout, walk, node, place));
  if (because !== undefined || layout === undefined) {
    const range = `${hex(place.first)} to ${hex(place.last)}`;
    damage(place.parent ?? walk.tree, `the node ${because}; what ${range} hold is unknown`);
    return;
  }
  let { first } = place;
  for (let slot = 0; slot < layout.slotCount; slot++) {
    const pivot = pivotOf(reader, layout, slot);
    // A node that is not full ends with a pivot of 0, or with that of its range.
    const last = slot === layout.pivotCount || (pivot === 0n && slot > 0) ? place.last : pivot;
    if (last < first || last > place.last) {
      const range = `${hex(first)} to ${hex(place.last)}`;
      damage(node, `pivot ${slot} is ${hex(last)}; what ${range} hold is unknown`);
      return;
    }
    const held = reader.word(layout.at.slot + slot * reader.wordSizeInBytes);
    if (held !== 0n && !(layout.isLeaf && held === zeroEntry)) {
      if (walk.left-- <= 0) {
        if (walk.left === -1) {
          damage(node, `the walk ends after ${walk.limit} entries and nodes, and the tree goes on`);
        }
        return;
      }
      if (layout.isLeaf) {
        yield { first, last, entry: held };
      } else {
        yield* entriesBelow(walk, held, {
          parent: node,
          slot,
          first,
          last,
          height: place.height + 1,
        });
      }
    } else if (!layout.isLeaf) {
      damage(node, `slot ${slot} has no node; what ${hex(first)} to ${hex(last)} hold is unknown`);
    }
    if (last === place.last) {
      return;
    }
    first = last + 1n;
  }
}

/** Why what was read is no node of the tree; undefined where it is one. */
function wrongParent(
  reader: NodeReader,
  layout: MapleNodeLayout,
  { tree }: Walk,
  node: VirtualAddress,
  { parent, slot }: Place,
): string | undefined {
  const above = reader.word(layout.at.parent);
  if (parent === null) {
    return above === (tree | rootMark) ? undefined : `${hex(node)} has the parent ${hex(above)}`;
  }
  if ((above & ~addressBits) !== parent) {
    return (above & ~addressBits) === node
      ? `${hex(node)} is marked as freed`
      : `${hex(node)} has the parent ${hex(above)}`;
  }
  const its = Number((above & addressBits) >> slotShift);
  return its === slot ? undefined : `${hex(node)} has slot ${its} of its parent, wanted ${slot}`;
}

function pivotOf(reader: NodeReader, layout: MapleNodeLayout, slot: number): bigint {
  return slot === layout.pivotCount
    ? 0n
    : reader.word(layout.at.pivot + slot * reader.wordSizeInBytes);
}
