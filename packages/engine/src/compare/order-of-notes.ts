import type { BareNote } from '@vmcorekit/core';

/**
 * An order of notes in which only equal ones are 0 apart: by name, type, length, then bytes.
 * Sorting by it takes time in proportion to their sizes, whatever they hold; buckets by a hash
 * would be as slow as whoever made the file likes.
 */
export function orderOfNotes(one: BareNote, other: BareNote): number {
  if (one.name !== other.name) {
    return one.name < other.name ? -1 : 1;
  }
  return one.type - other.type || orderOfBytes(one.descriptor, other.descriptor);
}

/** The shorter first: most are apart by their lengths alone. */
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
