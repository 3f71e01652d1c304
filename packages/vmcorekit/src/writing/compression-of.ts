import type { DumpImage } from '@vmcorekit/core';

/** Bits of a KDUMP header's `status`. */
const methods = [
  [0x01, 'zlib'],
  [0x02, 'lzo'],
  [0x04, 'snappy'],
  [0x20, 'zstd'],
] as const;

/** How a KDUMP file's pages are compressed, to write another like it; undefined for other formats. */
export function compressionOf(image: DumpImage): string | undefined {
  const status = Number(image.header.get('status') ?? 0);
  return image.format === 'kdump' ? (methods.find(([bit]) => (status & bit) !== 0)?.[1] ?? 'none') : undefined;
}
