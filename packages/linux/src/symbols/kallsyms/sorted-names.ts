import { lowestIndex, tryRead } from '@vmcorekit/core';
import type { NameTable } from './name-blocks.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';

/**
 * `kallsyms_seqs_of_names` (Linux 6.2 and later, and stable branches): for each rank in the order
 * of names, the symbol's index, in three big-endian bytes. Source: get_symbol_seq() in Linux,
 * kernel/kallsyms.c.
 */
export interface SortedNames {
  readonly offset: number;
}

const probes = 8;

export function indexOfRank(window: ReadOnlyWindow, sorted: SortedNames, rank: number): number {
  const at = sorted.offset + 3 * rank;
  return (window.uint8(at) << 16) | (window.uint8(at + 1) << 8) | window.uint8(at + 2);
}

/**
 * The list of indices in the order of names, if it lies at `offset`. Checks eight pairs of
 * neighbours: most must be readable, and none may disagree.
 */
export function findSortedNames(
  window: ReadOnlyWindow,
  names: NameTable,
  offset: number,
  nameOfIndex: (index: number) => string,
): SortedNames | undefined {
  let read = 0;
  for (let probe = 0; probe < probes; probe++) {
    const rank = Math.floor(((names.count - 2) * probe) / (probes - 1));
    const isInOrder = tryRead(() => {
      const first = indexOfRank(window, { offset }, rank);
      const second = indexOfRank(window, { offset }, rank + 1);
      return (
        first !== second &&
        first < names.count &&
        second < names.count &&
        nameOfIndex(first) <= nameOfIndex(second)
      );
    });
    if (isInOrder === false) {
      return undefined;
    }
    read += isInOrder === undefined ? 0 : 1;
  }
  return read > probes / 2 ? { offset } : undefined;
}

/** The lowest rank whose name is not before `name`; `count` where all are. */
export function rankOf(
  window: ReadOnlyWindow,
  sorted: SortedNames,
  names: NameTable,
  name: string,
  nameOfIndex: (index: number) => string,
): number {
  return lowestIndex(names.count, (rank) => {
    const index = indexOfRank(window, sorted, rank);
    return index < names.count && nameOfIndex(index) < name;
  });
}
