import type { BareNote } from '@vmcorekit/core';

/**
 * An order in which only equal notes compare as 0: by name, type, length, then bytes. Sorting by it
 * takes time in proportion to their sizes, whatever they hold. Hash buckets would be as slow as the
 * maker of a hostile file wants.
 */
export function orderOfNotes(one: BareNote, other: BareNote): number {
  if (one.name !== other.name) {
    return one.name < other.name ? -1 : 1;
  }
  return one.type - other.type || orderOfBytes(one.descriptor, other.descriptor);
}

/** The shorter comes first: most notes differ in length alone. */
function orderOfBytes(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) {
    return one.length - other.length;
  }
  for (let at = 0; at < one.length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}
