import { type ByteOrder, latin1Bytes } from '@vmcorekit/core';
import { StructWriter } from '../elf/struct-writer.ts';

/** A dump of LKCD, version 8 or 9, by the names of its dump.h. */
export interface LkcdSpec {
  readonly pages: readonly LkcdPageSpec[];
  readonly byteOrder?: ByteOrder;
  readonly dh_version?: number;
  readonly dh_page_size?: number;
  /** That of `pages` where left out. */
  readonly dh_num_pages?: number;
  readonly dh_dump_compress?: number;
  /** Of version 9: where the pages begin. */
  readonly dh_dump_buffer_size?: number;
  readonly dh_time?: number;
  readonly dh_utsname_machine?: string;
  readonly dh_utsname_release?: string;
  /** Left out where false: the file then ends with its last page. */
  readonly hasEnd?: boolean;
}

export interface LkcdPageSpec {
  readonly dp_address: number | bigint;
  /** What stands in the file, compressed or not. */
  readonly data: Uint8Array;
  /** 1, raw, where left out. */
  readonly dp_flags?: number;
  /** That of `data` where left out. */
  readonly dp_size?: number;
}

export function buildLkcd(spec: LkcdSpec): Uint8Array {
  const { pages, byteOrder = 'little', dh_version = 8 } = spec;
  const writer = new StructWriter(64, byteOrder);
  writer.field(0, 'address', 0xa8190173618f23edn);
  writer.field(8, 'word', dh_version);
  writer.field(12, 'word', 734);
  writer.field(16, 'word', 8);
  writer.field(20, 'word', spec.dh_page_size ?? 4096);
  writer.field(48, 'word', spec.dh_num_pages ?? pages.length);
  writer.data(52, latin1Bytes('Oops'));
  writer.field(308, 'address', spec.dh_time ?? 0);
  writer.data(324, latin1Bytes('Linux'));
  writer.data(324 + 2 * 65, latin1Bytes(spec.dh_utsname_release ?? '2.6.5'));
  writer.data(324 + 4 * 65, latin1Bytes(spec.dh_utsname_machine ?? 'x86_64'));
  writer.field(722, 'word', spec.dh_dump_compress ?? 0);
  writer.field(730, 'word', 0);
  const first = dh_version === 9 ? (spec.dh_dump_buffer_size ?? 8192) : 65_536;
  writer.field(734, 'address', dh_version === 9 ? first : 0);
  writer.data(first - 1, Uint8Array.of(0));
  const end: LkcdPageSpec = { dp_address: 0, data: new Uint8Array(0), dp_flags: 4 };
  return Buffer.concat([
    writer.bytes,
    ...[...pages, ...(spec.hasEnd === false ? [] : [end])].flatMap((page) => [
      pageHeader(page, byteOrder),
      page.data,
    ]),
  ]);
}

function pageHeader(page: LkcdPageSpec, byteOrder: ByteOrder): Uint8Array {
  const writer = new StructWriter(64, byteOrder);
  writer.field(0, 'address', page.dp_address);
  writer.field(8, 'word', page.dp_size ?? page.data.length);
  writer.field(12, 'word', page.dp_flags ?? 1);
  return writer.bytes;
}
