import type { TypeTable } from '@vmcorekit/core';
import { countOf, type Fields, fieldsOf, perTypes, unknownLayout } from './layout.ts';
import type { Containers } from './walk.ts';

/** How nodes of one type are laid out. */
export interface MapleNodeLayout extends Fields<'parent' | 'pivot' | 'slot'> {
  readonly isLeaf: boolean;
  readonly pivotCount: number;
  readonly slotCount: number;
}

/** How one kernel lays out its maple trees. */
export interface MapleLayout {
  /** Of the pointer to the top node, in the tree. */
  readonly rootAt: bigint;
  /** By the number that a pointer to a node carries. */
  readonly nodes: ReadonlyMap<number, MapleNodeLayout>;
}

/**
 * The layout, or why it is not known. `maple_dense` is left out, because no kernel builds such
 * nodes. Source: Linux, include/linux/maple_tree.h (since 6.1).
 */
export const mapleLayoutOf: (kernel: Pick<Containers, 'memory' | 'types'>) => MapleLayout | string =
  perTypes((types, word) => {
    const rootAt = fieldsOf(types, 'maple_tree', { ma_root: word })?.at.ma_root;
    const numbers = types.enumeration('maple_type');
    const range = nodeLayout(types, word, 'maple_range_64');
    const gaps = nodeLayout(types, word, 'maple_arange_64');
    const [leaf64, range64, arange64] = ['maple_leaf_64', 'maple_range_64', 'maple_arange_64'].map(
      (name) => Number(numbers?.get(name) ?? -1n),
    ) as [number, number, number];
    if (rootAt === undefined || range === undefined || gaps === undefined || leaf64 < 0) {
      return unknownLayout(types, 'struct maple_tree', 'nodes of it');
    }
    return {
      rootAt: BigInt(rootAt),
      nodes: new Map([
        [leaf64, { ...range, isLeaf: true }],
        [range64, { ...range, isLeaf: false }],
        [arange64, { ...gaps, isLeaf: false }],
      ]),
    };
  });

function nodeLayout(
  types: TypeTable,
  word: 4 | 8,
  struct: string,
): Omit<MapleNodeLayout, 'isLeaf'> | undefined {
  const [pivotCount, slotCount] = [countOf(types, struct, 'pivot'), countOf(types, struct, 'slot')];
  const fields = fieldsOf(types, struct, {
    parent: word,
    pivot: pivotCount * word,
    slot: slotCount * word,
  });
  // The last slot has no pivot: it ends where its node does.
  return fields === undefined || pivotCount < 1 || slotCount !== pivotCount + 1
    ? undefined
    : { ...fields, pivotCount, slotCount };
}
