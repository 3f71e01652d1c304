import { tryRead } from '@vmcorekit/core';
import type { AddressEncoding, KallsymsLayout } from './layouts.ts';
import type { NameTable } from './name-blocks.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

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

/**
 * The tables the addresses can be, as a layout has them. `isInImage` tells whether an address lies in the kernel image.
 */
export function* addressTables(
  window: ReadOnlyWindow,
  names: NameTable,
  tokens: TokenTable,
  layout: KallsymsLayout,
  isInImage: (address: bigint) => boolean,
): Generator<AddressTable, void, void> {
  const isAfter = layout.addressesLie === 'after the tokens';
  const after = Math.ceil(tokens.endOffset / 8) * 8;
  const fits = (table: AddressTable) =>
    table.offset >= 0 &&
    table.endOffset <= window.sizeInBytes &&
    (isAfter || table.offset % 8 === 0) &&
    isOfImage(window, table, names.count, isInImage);
  for (const encoding of layout.encodings) {
    if (encoding === 'place') {
      const offset = Math.ceil(tokens.endOffset / 4) * 4;
      const table = { encoding, offset, base: 0n, endOffset: offset + 4 * names.count };
      if (fits(table)) {
        yield table;
      }
    } else if (encoding === 'absolute') {
      const offset = isAfter ? after : names.countOffset - 8 * names.count;
      const table = { encoding, offset, base: 0n, endOffset: offset + 8 * names.count };
      if (fits(table)) {
        yield table;
      }
    } else {
      const paddedSize = Math.ceil((4 * names.count) / 8) * 8;
      const offset = isAfter ? after : names.countOffset - 8 - paddedSize;
      const baseOffset = offset + paddedSize;
      if (offset >= 0 && baseOffset + 8 <= window.sizeInBytes) {
        const base = tryRead(() => window.uint64(baseOffset));
        if (base !== undefined && isInImage(base)) {
          const table = { encoding, offset, base, endOffset: baseOffset + 8 };
          if (fits(table)) {
            yield table;
          }
        }
      }
    }
  }
}

/** Judged by the middle of the table, or by a quarter where that is lost: one encoding read as another gives addresses far away. */
function isOfImage(window: ReadOnlyWindow, table: AddressTable, count: number, isInImage: (address: bigint) => boolean): boolean {
  const middle = [count >> 1, (3 * count) >> 2, count >> 2]
    .map((index) => tryRead(() => addressAt(window, table, index)))
    .find((address) => address !== undefined);
  return middle !== undefined && isInImage(middle);
}
