import {
  type ByteOrder,
  type ByteSource,
  type HeaderValue,
  hasAt,
  hex,
  latin1Bytes,
  type PhysicalRange,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * The header before each range, in the byte order of the captured machine. Sources: LiME,
 * src/lime.h, `lime_mem_range_header`; AVML, src/image.rs.
 */
const layout = { magic: 0, version: 4, s_addr: 8, e_addr: 16, reserved: 24 } as const;
export const rangeHeaderSizeInBytes = 32;
/** No machine has memory at or after this address. */
const maxAddress = 2 ** 52;
const structure = 'LiME header';
const version = 1;

/** The magic word 0x4c694d45 as bytes. */
const magics: Readonly<Record<ByteOrder, string>> = { little: 'EMiL', big: 'LiME' };

export interface RangeHeader extends PhysicalRange {
  readonly byteOrder: ByteOrder;
}

/** The byte order of a file that begins with LiME's magic word; undefined for other files. */
export function byteOrderOf(head: Uint8Array): ByteOrder | undefined {
  return (['little', 'big'] as const).find((each) => hasAt(head, 0, magics[each]));
}

/** The version that the first header of a file states; undefined where the head is too short. */
export function versionOf(head: Uint8Array, byteOrder: ByteOrder): number | undefined {
  return head.length < layout.s_addr ? undefined : viewOf(head, byteOrder).uint32(layout.version);
}

/**
 * The header at an offset of some bytes, or undefined where no range can begin. Another magic word
 * or version is no header, nor are addresses in the wrong order, nor a reserved word that is not 0.
 */
export function rangeHeaderIn(
  bytes: Uint8Array,
  offset: number,
  byteOrder: ByteOrder,
): RangeHeader | undefined {
  if (offset + rangeHeaderSizeInBytes > bytes.length || !hasAt(bytes, offset, magics[byteOrder])) {
    return undefined;
  }
  const view = viewOf(bytes.subarray(offset, offset + rangeHeaderSizeInBytes), byteOrder);
  const [first, last] = [view.uint64(layout.s_addr), view.uint64(layout.e_addr)];
  const isHeader =
    view.uint32(layout.version) === version &&
    view.uint64(layout.reserved) === 0n &&
    first <= last &&
    last < BigInt(maxAddress);
  return isHeader ? { byteOrder, start: Number(first), end: Number(last) + 1 } : undefined;
}

/** The header at an offset of a file, or undefined where no range can begin. */
export function rangeHeaderAt(
  source: ByteSource,
  fileOffset: number,
  byteOrder: ByteOrder,
): RangeHeader | undefined {
  const bytes = new Uint8Array(rangeHeaderSizeInBytes);
  return fileOffset + bytes.length <= source.sizeInBytes &&
    source.readInto(fileOffset, bytes) === bytes.length
    ? rangeHeaderIn(bytes, 0, byteOrder)
    : undefined;
}

/**
 * The header that a file begins with. Throws `truncated`, `malformed`, or `unsupported` for another
 * version.
 */
export function firstHeader(source: ByteSource): RangeHeader {
  const bytes = readExactly(source, 0, rangeHeaderSizeInBytes, structure);
  const byteOrder = byteOrderOf(bytes);
  const header = byteOrder === undefined ? undefined : rangeHeaderIn(bytes, 0, byteOrder);
  if (header !== undefined) {
    return header;
  }
  const view = viewOf(bytes, byteOrder ?? 'little');
  if (byteOrder === undefined) {
    throw malformed('magic', '0x4c694d45', view.uint32(layout.magic));
  }
  const stated = view.uint32(layout.version);
  if (stated !== version) {
    throw new VmcorekitError('unsupported', {
      what: `a LiME file of version ${stated}`,
      advice: 'LiME writes version 1 only; see what wrote this file, or capture again with LiME',
    });
  }
  const [first, last] = [view.uint64(layout.s_addr), view.uint64(layout.e_addr)];
  throw first > last || last >= BigInt(maxAddress)
    ? malformed('e_addr', `an address from s_addr (${hex(first)}) to 2^52 - 1`, last)
    : malformed('reserved', '0', view.uint64(layout.reserved));
}

/** A header as it stands in a file. */
export function encodeRangeHeader({ start, end, byteOrder }: RangeHeader): Uint8Array {
  const bytes = new Uint8Array(rangeHeaderSizeInBytes);
  const view = new DataView(bytes.buffer);
  const isLittle = byteOrder === 'little';
  bytes.set(latin1Bytes(magics[byteOrder]), layout.magic);
  view.setUint32(layout.version, version, isLittle);
  view.setBigUint64(layout.s_addr, BigInt(start), isLittle);
  view.setBigUint64(layout.e_addr, BigInt(end - 1), isLittle);
  return bytes;
}

/** The fields of a header by their names, for listings. */
export function fieldsOf({ start, end }: RangeHeader): ReadonlyMap<string, HeaderValue> {
  return new Map<string, HeaderValue>([
    ['version', version],
    ['s_addr', BigInt(start)],
    ['e_addr', BigInt(end - 1)],
  ]);
}

/** Where each of those fields lies in the header that a file begins with. */
export const fieldOffsets: ReadonlyMap<string, number> = new Map(
  (['version', 's_addr', 'e_addr'] as const).map((name) => [name, layout[name]]),
);

function viewOf(bytes: Uint8Array, byteOrder: ByteOrder): StructView {
  return new StructView(bytes, byteOrder, structure);
}

function malformed(
  field: keyof typeof layout,
  wanted: string,
  got: number | bigint,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure,
    fileOffset: layout[field],
    field,
    wanted,
    got,
  });
}
