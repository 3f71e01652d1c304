import type { KdumpPage, KdumpSpec } from './kdump-spec.ts';

export interface StoredPage {
  readonly pfn: number;
  readonly fileOffset: number;
  readonly stored: Uint8Array;
  readonly descriptor: Readonly<Record<string, number | bigint>>;
}

/** The stored bytes of each page and their place: ascending, one after the other. */
export function storePages(
  spec: KdumpSpec,
  pages: readonly KdumpPage[],
  dataAt: number,
): StoredPage[] {
  const result: StoredPage[] = [];
  const dumped = pages.filter((page) => page.bytes !== undefined).toSorted((a, b) => a.pfn - b.pfn);
  const sharedSize =
    spec.sharesZeroPage === true
      ? Math.max(0, ...dumped.map((page) => page.bytes?.length ?? 0))
      : 0;
  let next = dataAt + sharedSize;
  for (const page of dumped) {
    const bytes = page.bytes ?? new Uint8Array(0);
    const isShared = spec.sharesZeroPage === true && bytes.every((byte) => byte === 0);
    const encoded = isShared || page.isRaw === true ? undefined : spec.compression?.encode(bytes);
    const stored = encoded ?? bytes;
    const fileOffset = isShared ? dataAt : next;
    next += isShared ? 0 : stored.length;
    const flags = encoded === undefined ? 0 : (spec.compression?.flag ?? 0);
    const descriptor = { offset: fileOffset, size: stored.length, flags, ...page.descriptor };
    result.push({ pfn: page.pfn, fileOffset, stored, descriptor });
  }
  return result;
}
