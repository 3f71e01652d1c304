import { hex, VmcorekitError } from '@vmcorekit/core';

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

/**
 * The error of a walk that ends at an entry. Linux keeps the place in swap in an entry that is not
 * present, and empties the entries of pages that were never there. An empty entry is 0 except on
 * processors whose zero means a mapping.
 */
export function notPresent(
  entry: EmptyEntry,
  isEmpty: boolean = entry.value === 0n,
): VmcorekitError<'not-mapped'> {
  const text = `its level ${entry.level} entry is not present`;
  return notMapped(
    entry,
    isEmpty ? text : `${text}, but holds ${hex(entry.value)}: the page may be swapped out`,
  );
}

/** The error of a walk that meets an entry which no processor accepts. */
export function notMapped(
  { virtualAddress, entryAt, level, pages }: EmptyEntry,
  because: string,
): VmcorekitError<'not-mapped'> {
  const span = BigInt(pages) * pageSizeInBytes;
  return new VmcorekitError('not-mapped', {
    virtualAddress,
    because,
    entryAt,
    level,
    unmappedUntil: virtualAddress - (virtualAddress % span) + span,
  });
}
