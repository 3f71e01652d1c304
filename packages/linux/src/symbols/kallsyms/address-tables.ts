import { tryRead } from '@vmcorekit/core';
import { samplesOf } from './address-samples.ts';
import type { AddressTable } from './addresses.ts';
import type { KallsymsLayout } from './layouts.ts';
import type { NameTable } from './name-blocks.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

/**
 * The possible address tables of a layout. `isInImage` says whether an address lies in the kernel
 * image.
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
  const fitting = (place: Omit<AddressTable, 'samples'>): AddressTable[] => {
    const isPlace =
      place.offset >= 0 &&
      place.endOffset <= window.sizeInBytes &&
      (isAfter || place.offset % 8 === 0);
    const samples = isPlace
      ? samplesOf(window, { ...place, samples: [] }, names.count, isInImage)
      : undefined;
    return samples === undefined ? [] : [{ ...place, samples }];
  };
  for (const encoding of layout.encodings) {
    if (encoding === 'place') {
      const offset = Math.ceil(tokens.endOffset / 4) * 4;
      yield* fitting({ encoding, offset, base: 0n, endOffset: offset + 4 * names.count });
    } else if (encoding === 'absolute') {
      const offset = isAfter ? after : names.countOffset - 8 * names.count;
      yield* fitting({ encoding, offset, base: 0n, endOffset: offset + 8 * names.count });
    } else {
      const paddedSize = Math.ceil((4 * names.count) / 8) * 8;
      const offset = isAfter ? after : names.countOffset - 8 - paddedSize;
      const baseOffset = offset + paddedSize;
      if (offset >= 0 && baseOffset + 8 <= window.sizeInBytes) {
        const base = tryRead(() => window.uint64(baseOffset));
        if (base !== undefined && isInImage(base)) {
          yield* fitting({ encoding, offset, base, endOffset: baseOffset + 8 });
        }
      }
    }
  }
}
