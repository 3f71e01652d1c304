import { type ErrorFacts, hex } from '@vmcorekit/core';

const pageSizeInBytes = 0x1000n;

/** An entry that ends a walk, because it maps nothing. */
export interface EmptyEntry {
  readonly virtualAddress: bigint;
  readonly entryAt: number;
  readonly value: bigint;
  readonly level: number;
  /** How many 4 KiB pages it could map. */
  readonly pages: number;
}

/** What a walk that ends at an entry says of the address, and of those after it. */
export type Unmapped = ErrorFacts['not-mapped'];

/**
 * Of a walk that ends at an entry which is not present. Linux keeps the place in swap in such an
 * entry, and empties the entries of pages that were never there. An empty entry is 0 except on
 * processors whose zero means a mapping.
 */
export function unmappedByAbsence(
  entry: EmptyEntry,
  isEmpty: boolean = entry.value === 0n,
): Unmapped {
  const text = `its level ${entry.level} entry is not present`;
  return unmappedBy(
    entry,
    isEmpty ? text : `${text}, but holds ${hex(entry.value)}: the page may be swapped out`,
  );
}

/** Of a walk that meets an entry which no processor accepts. */
export function unmappedBy(
  { virtualAddress, entryAt, level, pages }: EmptyEntry,
  because: string,
): Unmapped {
  const span = BigInt(pages) * pageSizeInBytes;
  const unmappedUntil = virtualAddress - (virtualAddress % span) + span;
  return { virtualAddress, because, entryAt, level, unmappedUntil };
}
