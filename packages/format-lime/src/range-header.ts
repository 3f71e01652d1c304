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

/** What stands after a header: memory as it is, or AVML's packed memory. */
export interface RangeKind {
  readonly program: 'LiME' | 'AVML';
  /** The magic word as bytes. */
  readonly magic: string;
  readonly byteOrder: ByteOrder;
  readonly version: number;
  readonly isPacked: boolean;
}

const lime = { program: 'LiME', version: 1, isPacked: false } as const;
/** The magic words are 0x4c694d45 and 0x4c4d5641. */
export const rangeKinds: readonly [little: RangeKind, big: RangeKind, packed: RangeKind] = [
  { ...lime, magic: 'EMiL', byteOrder: 'little' },
  { ...lime, magic: 'LiME', byteOrder: 'big' },
  { program: 'AVML', magic: 'AVML', byteOrder: 'little', version: 2, isPacked: true },
];

export interface RangeHeader extends PhysicalRange {
  readonly kind: RangeKind;
}

/** The kind whose magic word stands at an offset of some bytes, and the version after it. */
export function statedKindIn(
  bytes: Uint8Array,
  offset: number = 0,
): { readonly kind: RangeKind; readonly version: number } | undefined {
  const kind = rangeKinds.find(({ magic }) => hasAt(bytes, offset, magic));
  return kind === undefined || bytes.length < offset + layout.s_addr
    ? undefined
    : { kind, version: viewOf(bytes.subarray(offset), kind).uint32(layout.version) };
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
  const stated = statedKindIn(bytes, offset);
  if (stated?.kind.byteOrder !== byteOrder || offset + rangeHeaderSizeInBytes > bytes.length) {
    return undefined;
  }
  const { kind, version } = stated;
  const view = viewOf(bytes.subarray(offset, offset + rangeHeaderSizeInBytes), kind);
  const [first, last] = [view.uint64(layout.s_addr), view.uint64(layout.e_addr)];
  const isHeader =
    version === kind.version &&
    view.uint64(layout.reserved) === 0n &&
    first <= last &&
    last < BigInt(maxAddress);
  return isHeader ? { kind, start: Number(first), end: Number(last) + 1 } : undefined;
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
  const bytes = readExactly(source, 0, rangeHeaderSizeInBytes, 'LiME header');
  const stated = statedKindIn(bytes);
  if (stated === undefined) {
    const [{ program }] = rangeKinds;
    const got = new StructView(bytes, 'little', 'LiME header').uint32(layout.magic);
    throw malformed(program, 'magic', '0x4c694d45', got);
  }
  const { kind, version } = stated;
  const header = rangeHeaderIn(bytes, 0, kind.byteOrder);
  if (header !== undefined) {
    return header;
  }
  if (version !== kind.version) {
    throw new VmcorekitError('unsupported', {
      what: `a file of ${kind.program} of version ${version}`,
      advice: `${kind.program} writes version ${kind.version} only; see what wrote this file, or capture again`,
    });
  }
  const view = viewOf(bytes, kind);
  const [first, last] = [view.uint64(layout.s_addr), view.uint64(layout.e_addr)];
  throw first > last || last >= BigInt(maxAddress)
    ? malformed(kind.program, 'e_addr', `an address from s_addr (${hex(first)}) to 2^52 - 1`, last)
    : malformed(kind.program, 'reserved', '0', view.uint64(layout.reserved));
}

/** A header as it stands in a file. */
export function encodeRangeHeader({ kind, start, end }: RangeHeader): Uint8Array {
  const bytes = new Uint8Array(rangeHeaderSizeInBytes);
  const view = new DataView(bytes.buffer);
  const isLittle = kind.byteOrder === 'little';
  bytes.set(latin1Bytes(kind.magic), layout.magic);
  view.setUint32(layout.version, kind.version, isLittle);
  view.setBigUint64(layout.s_addr, BigInt(start), isLittle);
  view.setBigUint64(layout.e_addr, BigInt(end - 1), isLittle);
  return bytes;
}

/** The fields of a header by their names, for listings. */
export function fieldsOf({ kind, start, end }: RangeHeader): ReadonlyMap<string, HeaderValue> {
  return new Map<string, HeaderValue>([
    ['version', kind.version],
    ['s_addr', BigInt(start)],
    ['e_addr', BigInt(end - 1)],
  ]);
}

/** Where each of those fields lies in the header that a file begins with. */
export const fieldOffsets: ReadonlyMap<string, number> = new Map(
  (['version', 's_addr', 'e_addr'] as const).map((name) => [name, layout[name]]),
);

function viewOf(bytes: Uint8Array, { program, byteOrder }: RangeKind): StructView {
  return new StructView(bytes, byteOrder, `${program} header`);
}

function malformed(
  program: RangeKind['program'],
  field: keyof typeof layout,
  wanted: string,
  got: number | bigint,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure: `${program} header`,
    fileOffset: layout[field],
    field,
    wanted,
    got,
  });
}
