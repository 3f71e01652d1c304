import { tryRead } from '@vmcorekit/core';
import { holdsAddresses } from './address-samples.ts';
import type { AddressTable } from './addresses.ts';
import type { KallsymsLayout } from './layouts.ts';
import type { NameTable } from './name-blocks.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

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
    holdsAddresses(window, table, names.count, isInImage);
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
