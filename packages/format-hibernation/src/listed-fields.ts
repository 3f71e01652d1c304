import type { HeaderValue, OriginSign } from '@vmcorekit/core';
import type { InfoPage } from './info-page.ts';
import { infoPage, pageSizeInBytes, restoreRecord, swapHeader } from './layout.ts';
import type { SwapHeader } from './swap-header.ts';

/** The fields of both headers by their names, for listings. */
export function fieldsOf(
  { image, flags, crc32, hwSig }: SwapHeader,
  { restore, ramPages, imagePages, metadataPages }: InfoPage,
  compression: string,
): ReadonlyMap<string, HeaderValue> {
  return new Map<string, HeaderValue>([
    ['image', BigInt(image)],
    ['flags', flags],
    ['crc32', crc32],
    ['hw_sig', hwSig],
    ['compression', compression],
    ...Object.entries(restore ?? {}),
    ['num_physpages', BigInt(ramPages)],
    ['image_pages', BigInt(imagePages)],
    ['pages', BigInt(1 + metadataPages + imagePages)],
    ['size', BigInt(1 + metadataPages + imagePages) * BigInt(pageSizeInBytes)],
  ]);
}

/** Where each of those fields lies in the file. */
export function headerOffsetsOf({ fileOffset, restore }: InfoPage): ReadonlyMap<string, number> {
  return new Map([
    ...(['image', 'flags', 'crc32', 'hw_sig'] as const).map(
      (name) => [name, swapHeader[name]] as const,
    ),
    ['compression', swapHeader.flags] as const,
    ...Object.entries({ ...(restore === undefined ? {} : restoreRecord), ...infoPage }).map(
      ([name, offset]) => [name, fileOffset + offset] as const,
    ),
  ]);
}

/** A hibernated kernel wrote what it held itself. */
export function originsOf(): readonly OriginSign[] {
  const at = [{ fileOffset: swapHeader.sig, note: 'sig' }];
  const because = 'a hibernated kernel writes its own memory to swap';
  return (['capturedBy', 'writtenBy'] as const).map((axis) => ({
    axis,
    who: 'linux',
    score: 100,
    because,
    at,
  }));
}
