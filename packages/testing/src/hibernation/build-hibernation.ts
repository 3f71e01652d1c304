import { latin1Bytes } from '@vmcorekit/core';
import { crc32Le } from '../crc32-le.ts';
import { StructWriter } from '../elf/struct-writer.ts';

const pageSizeInBytes = 4096;
const pagesPerBlock = 32;
const entriesPerMapPage = 511;
const wordsPerPage = 512;

/** A page of memory by its number; zero where it has no data. */
export interface HibernatedPage {
  readonly pfn: number | bigint;
  readonly data?: Uint8Array;
}

/** A hibernated swap area, by the names of `swsusp_header` and `swsusp_info`. */
export interface HibernationSpec {
  readonly pages: readonly HibernatedPage[];
  /** Packs a block; the area holds pages as they are where left out. */
  readonly pack?: (block: Uint8Array) => Uint8Array;
  /** Puts what follows into places of descending numbers. */
  readonly isReversed?: boolean;
  readonly header?: {
    readonly image?: number | bigint;
    readonly flags?: number;
    readonly crc32?: number;
    readonly orig_sig?: string;
    readonly sig?: string;
  };
  readonly info?: {
    readonly jump_address?: bigint;
    readonly jump_address_phys?: bigint;
    readonly cr3?: bigint;
    readonly magic?: bigint;
    readonly num_physpages?: number | bigint;
    readonly image_pages?: number | bigint;
    readonly pages?: number | bigint;
    readonly size?: number | bigint;
  };
}

/** Builds a swap area: header, map, info page, then the stream of page numbers and data. */
export function buildHibernation(spec: HibernationSpec): Uint8Array {
  const stream = streamOf(spec.pages);
  const stored = storedPages(stream, spec.pack);
  const content = [infoPageOf(spec, stream.length / pageSizeInBytes), ...stored];
  const mapPages = Math.ceil(content.length / entriesPerMapPage);
  const total = content.length + mapPages;
  const placeOf = (nth: number): number => (spec.isReversed === true ? total - nth : nth + 1);
  const writer = new StructWriter(64, 'little');
  writeHeader(writer, spec, stream, placeOf(0));
  // As the kernel does: each page of the map comes before the pages it lists.
  const mapPlace = (map: number): number => placeOf(map * (entriesPerMapPage + 1));
  for (let map = 0; map < mapPages; map++) {
    const at = mapPlace(map) * pageSizeInBytes;
    writer.data(at, new Uint8Array(pageSizeInBytes));
    const listed = content.slice(map * entriesPerMapPage, (map + 1) * entriesPerMapPage);
    for (const [index, page] of listed.entries()) {
      const place = placeOf(map * (entriesPerMapPage + 1) + 1 + index);
      writer.field(at + index * 8, 'address', place);
      writer.data(place * pageSizeInBytes, page);
    }
    if (map + 1 < mapPages) {
      writer.field(at + entriesPerMapPage * 8, 'address', mapPlace(map + 1));
    }
  }
  return writer.bytes;
}

function writeHeader(
  writer: StructWriter,
  { pack, header = {} }: HibernationSpec,
  stream: Uint8Array,
  mapPage: number,
): void {
  const flags = header.flags ?? (pack === undefined ? 2 : 4);
  writer.field(4060, 'word', header.crc32 ?? ((flags & 4) === 0 ? 0 : crc32Le(stream)));
  writer.field(4064, 'address', header.image ?? mapPage);
  writer.field(4072, 'word', flags);
  writer.data(4076, latin1Bytes(header.orig_sig ?? 'SWAPSPACE2'));
  writer.data(4086, latin1Bytes(header.sig ?? 'S1SUSPEND\0'));
}

function infoPageOf({ pages, info = {} }: HibernationSpec, streamPages: number): Uint8Array {
  const writer = new StructWriter(64, 'little');
  const last = pages.reduce((most, { pfn }) => Math.max(most, Number(pfn)), 0);
  writer.data(0, new Uint8Array(pageSizeInBytes));
  writer.field(0, 'address', info.jump_address ?? 0xffffffff92345010n);
  writer.field(8, 'address', info.jump_address_phys ?? 0x5345010n);
  writer.field(16, 'address', info.cr3 ?? 0x2000n);
  writer.field(24, 'address', info.magic ?? 0x23456789abcdef02n);
  writer.field(400, 'address', info.num_physpages ?? last + 1);
  writer.field(416, 'address', info.image_pages ?? pages.filter(({ data }) => data).length);
  writer.field(424, 'address', info.pages ?? 1 + streamPages);
  writer.field(432, 'address', info.size ?? (1 + streamPages) * pageSizeInBytes);
  return writer.bytes;
}

function streamOf(pages: readonly HibernatedPage[]): Uint8Array {
  const numbers = pages.map(({ pfn, data }) => BigInt(pfn) | (data === undefined ? 1n << 63n : 0n));
  const listPages = Math.max(1, Math.ceil((numbers.length + 1) / wordsPerPage));
  const data = pages.flatMap((page) => page.data ?? []);
  const bytes = new Uint8Array((listPages + data.length) * pageSizeInBytes);
  bytes.set(new Uint8Array(BigUint64Array.from([...numbers, 2n ** 64n - 1n]).buffer));
  for (const [index, page] of data.entries()) {
    bytes.set(page, (listPages + index) * pageSizeInBytes);
  }
  return bytes;
}

/** The stream as the area's pages hold it. */
function storedPages(stream: Uint8Array, pack: HibernationSpec['pack']): Uint8Array[] {
  if (pack === undefined) {
    return pagesOf(stream);
  }
  const pages: Uint8Array[] = [];
  const blockSizeInBytes = pagesPerBlock * pageSizeInBytes;
  for (let at = 0; at < stream.length; at += blockSizeInBytes) {
    const packed = pack(stream.subarray(at, at + blockSizeInBytes));
    const writer = new StructWriter(64, 'little');
    writer.data(writer.field(0, 'address', packed.length), packed);
    pages.push(...pagesOf(writer.bytes));
  }
  return pages;
}

/** Whole pages; the last one is filled with zeros. */
function pagesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / pageSizeInBytes) }, (_, index) => {
    const page = new Uint8Array(pageSizeInBytes);
    page.set(bytes.subarray(index * pageSizeInBytes, (index + 1) * pageSizeInBytes));
    return page;
  });
}
