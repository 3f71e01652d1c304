import type { AddressEncoding } from './layouts.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';

/** The table of addresses, as one layout reads it. */
export interface AddressTable {
  readonly encoding: AddressEncoding;
  readonly offset: number;
  /** `kallsyms_relative_base`, as the running kernel relocated it; 0 where there is none. */
  readonly base: bigint;
  /** The first byte after the table and its base. */
  readonly endOffset: number;
}

/** An address of the table, unsigned. Throws where memory cannot be read. */
export function addressAt(window: ReadOnlyWindow, table: AddressTable, index: number): bigint {
  if (table.encoding === 'absolute') {
    return window.uint64(table.offset + 8 * index);
  }
  const at = table.offset + 4 * index;
  const offset = window.uint32(at);
  switch (table.encoding) {
    case 'relative':
      return BigInt.asUintN(64, table.base + BigInt(offset));
    case 'percpu':
      return offset < 0x80000000 ? BigInt(offset) : BigInt.asUintN(64, table.base - 1n - BigInt(offset | 0));
    case 'place':
      return BigInt.asUintN(64, window.start + BigInt(at) + BigInt(offset | 0));
  }
}
