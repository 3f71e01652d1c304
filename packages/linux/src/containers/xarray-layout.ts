import type { TypeTable, VirtualAddress } from '@vmcorekit/core';
import { countOf, type Fields, fieldsOf, perTypes, unknownLayout } from './layout.ts';
import type { Containers } from './walk.ts';

/** What a word in a slot is. A sibling belongs to the entry in an earlier slot of its node. */
export type SlotKind = 'entry' | 'node' | 'sibling' | 'none';

/** How one kernel lays out its xarrays. */
export interface XarrayLayout {
  /** Of the pointer to the top node, in the array. */
  readonly headAt: bigint;
  /** `owner` is the array. */
  readonly node: Fields<'shift' | 'offset' | 'parent' | 'owner' | 'slots'>;
  /** 64, or 16 in kernels configured to be small. */
  readonly slotCount: number;
  /** What the word in a slot of that node is (`null` for the array's own pointer). */
  kindOf(word: bigint, node: VirtualAddress | null): SlotKind;
}

/**
 * The layout, or why it is not known. Linux 4.12 to 4.19 have the radix tree in its place, with the
 * same node; only the marks of inner entries differ. Older nodes do not name their tree.
 */
export const xarrayLayoutOf: (
  kernel: Pick<Containers, 'memory' | 'types'>,
) => XarrayLayout | string = perTypes((types, wordSizeInBytes) =>
  types.struct('radix_tree_node') === undefined
    ? layoutFrom(types, wordSizeInBytes, {
        root: ['xarray', 'xa_head'],
        node: ['xa_node', 'array'],
        kinds: () => xarrayKindOf,
      })
    : layoutFrom(types, wordSizeInBytes, {
        root: ['radix_tree_root', 'rnode'],
        node: ['radix_tree_node', 'root'],
        kinds: radixKindOf,
      }),
);

interface Names {
  readonly root: readonly [struct: string, head: string];
  readonly node: readonly [struct: string, owner: string];
  readonly kinds: (slotsAt: number, slotsSizeInBytes: number) => XarrayLayout['kindOf'];
}

function layoutFrom(
  types: TypeTable,
  word: 4 | 8,
  { root: [root, head], node: [node, owner], kinds }: Names,
): XarrayLayout | string {
  const slotCount = countOf(types, node, 'slots');
  const slotsSizeInBytes = slotCount * word;
  const headAt = fieldsOf(types, root, { [head]: word })?.at[head];
  const plain = { shift: 1, offset: 1, parent: word, slots: slotsSizeInBytes };
  const fields = fieldsOf<string>(types, node, { ...plain, [owner]: word });
  // Source: Linux, include/linux/xarray.h (XA_CHUNK_SHIFT).
  if (headAt === undefined || fields === undefined || (slotCount !== 16 && slotCount !== 64)) {
    return unknownLayout(types, `struct ${root}`, `struct ${node}`);
  }
  const at = fields.at as Record<keyof typeof plain, number>;
  return {
    headAt: BigInt(headAt),
    node: { ...fields, at: { ...at, owner: fields.at[owner] ?? 0 } },
    slotCount,
    kindOf: kinds(at.slots, slotsSizeInBytes),
  };
}

/**
 * Bits 10 mark an inner entry. A small number above them is a sibling (the slot's number), or a
 * retry or zero entry; a pointer is a node. Source: Linux, include/linux/xarray.h (xa_is_node,
 * xa_is_sibling, xa_is_zero).
 */
function xarrayKindOf(word: bigint): SlotKind {
  if (word === 0n) {
    return 'none';
  }
  if ((word & 3n) !== 2n) {
    return 'entry';
  }
  return word > 4096n ? 'node' : word >> 2n < 64n ? 'sibling' : 'none';
}

/**
 * Bits 01 mark an inner entry; without a pointer it is a retry entry, and one into its own node's
 * slots is a sibling. Source: Linux 4.19, include/linux/radix-tree.h, lib/radix-tree.c
 * (is_sibling_entry).
 */
function radixKindOf(slotsAt: number, slotsSizeInBytes: number): XarrayLayout['kindOf'] {
  const [start, end] = [BigInt(slotsAt), BigInt(slotsAt + slotsSizeInBytes)];
  return (word, node) => {
    if (word <= 1n) {
      return 'none';
    }
    if ((word & 3n) !== 1n) {
      return 'entry';
    }
    return node !== null && word >= node + start && word < node + end ? 'sibling' : 'node';
  };
}
