import { tryRead } from '@vmcorekit/core';
import { samplesOf } from './address-samples.ts';
import { type AddressTable, pointerAt } from './addresses.ts';
import type { KernelTests } from './kallsyms-table.ts';
import type { KallsymsLayout } from './layouts.ts';
import type { NameTable } from './name-blocks.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import type { TokenTable } from './token-table.ts';

/**
 * The possible address tables of a layout. `isInImage` says whether an address can lie in the
 * kernel image.
 */
export function* addressTables(
  window: ReadOnlyWindow,
  names: NameTable,
  tokens: TokenTable,
  layout: KallsymsLayout,
  isInImage: KernelTests['isInImage'],
): Generator<AddressTable, void, void> {
  const isAfter = layout.addressesLie === 'after the tokens';
  const { pointerSizeInBytes } = layout;
  const aligned = (offset: number): number =>
    Math.ceil(offset / pointerSizeInBytes) * pointerSizeInBytes;
  const after = aligned(tokens.endOffset);
  const fitting = (found: Omit<AddressTable, 'samples' | 'pointerSizeInBytes'>): AddressTable[] => {
    const place = { ...found, pointerSizeInBytes };
    const isPlace =
      place.offset >= 0 &&
      place.endOffset <= window.sizeInBytes &&
      (isAfter || place.offset % pointerSizeInBytes === 0);
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
      const sizeInBytes = pointerSizeInBytes * names.count;
      const offset = isAfter ? after : names.countOffset - sizeInBytes;
      yield* fitting({ encoding, offset, base: 0n, endOffset: offset + sizeInBytes });
    } else {
      const paddedSize = aligned(4 * names.count);
      const offset = isAfter ? after : names.countOffset - pointerSizeInBytes - paddedSize;
      const baseOffset = offset + paddedSize;
      if (offset >= 0 && baseOffset + pointerSizeInBytes <= window.sizeInBytes) {
        const base = tryRead(() => pointerAt(window, baseOffset, pointerSizeInBytes));
        if (base !== undefined && isInImage(base, encoding)) {
          const endOffset = baseOffset + pointerSizeInBytes;
          yield* fitting({ encoding, offset, base, endOffset });
        }
      }
    }
  }
}
