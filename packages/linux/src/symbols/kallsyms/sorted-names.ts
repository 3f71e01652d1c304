import type { NameTable } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';

/**
 * `kallsyms_seqs_of_names` (Linux 6.2 and later, and its stable branches): for each rank in the order of names, the symbol's index, three
 * bytes, big end first. Source: get_symbol_seq() in Linux, kernel/kallsyms.c.
 */
export interface SortedNames {
  readonly offset: number;
}

export function indexOfRank(window: ReadOnlyWindow, sorted: SortedNames, rank: number): number {
  const at = sorted.offset + 3 * rank;
  return (window.uint8(at) << 16) | (window.uint8(at + 1) << 8) | window.uint8(at + 2);
}

/**
 * The first of the places that holds a list of indices in the order of names: tried at eight pairs of neighbours. Throws where memory
 * cannot be read.
 */
export function findSortedNames(
  window: ReadOnlyWindow,
  names: NameTable,
  places: readonly number[],
  nameOfIndex: (index: number) => string,
): SortedNames | undefined {
  const place = places.find((offset) => {
    for (let probe = 0; probe < 8; probe++) {
      const rank = Math.floor(((names.count - 2) * probe) / 7);
      const first = indexOfRank(window, { offset }, rank);
      const second = indexOfRank(window, { offset }, rank + 1);
      if (first === second || first >= names.count || second >= names.count || nameOfIndex(first) > nameOfIndex(second)) {
        return false;
      }
    }
    return true;
  });
  return place === undefined ? undefined : { offset: place };
}

/** The lowest rank whose name is not before `name`; `count` where all are. */
export function rankOf(
  window: ReadOnlyWindow,
  sorted: SortedNames,
  names: NameTable,
  name: string,
  nameOfIndex: (index: number) => string,
): number {
  let low = 0;
  let high = names.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const index = indexOfRank(window, sorted, middle);
    if (index < names.count && nameOfIndex(index) < name) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
