import { latin1UntilNul, utf8UntilNul } from '@vmcorekit/core';

/** A header, and what data is padded to. Source: POSIX, pax; GNU tar's "Basic Tar Format". */
export const recordInBytes = 512;
/** A record of an extended header may be long. */
const maxTextShown = 40;
/** Where the bytes of a field lie. */
export type FieldPlace = readonly [from: number, to: number];
/**
 * Of a file without its holes: pairs of an offset and a size, 12 bytes each, and whether records
 * with more of them follow. Source: GNU tar's manual, "Basic Tar Format", `struct oldgnu_header`.
 */
export const sparseField = {
  pairs: [386, 482],
  isExtended: 482,
  realsize: [483, 495],
  pairsInRecord: [0, 504],
  isExtendedInRecord: 504,
} as const;
const field = {
  name: [0, 100],
  size: [124, 136],
  chksum: [148, 156],
  typeflag: 156,
  magic: [257, 263],
  prefix: [345, 500],
} as const;

/** One header. */
export interface TarHeader {
  readonly name: string;
  /** NaN where the field holds no number; negative, or not exact, where the field is. */
  readonly sizeInBytes: number;
  /** What the field `size` holds: its number, or its text where that is none. */
  readonly size: bigint | string;
  /** A character; NUL is a plain file of old. */
  readonly type: string;
}

/** Whether the checksum of a header is right. */
export function isHeader(bytes: Uint8Array): boolean {
  const { stated, actual } = checksumsOf(bytes);
  return bytes.length === recordInBytes && stated === actual;
}

/** What the field `chksum` holds, and the sum of a header's bytes with blanks in its place. */
export function checksumsOf(bytes: Uint8Array): {
  readonly stated: bigint | string;
  readonly actual: bigint;
} {
  const [from, to] = field.chksum;
  const sum = bytes.reduce((before, byte, at) => before + (at >= from && at < to ? 0x20 : byte), 0);
  return { stated: numberIn(bytes.subarray(from, to)), actual: BigInt(sum) };
}

export function readHeader(bytes: Uint8Array): TarHeader {
  const text = ([from, to]: readonly [number, number]): string =>
    utf8UntilNul(bytes.subarray(from, to));
  // GNU tar keeps other fields in the place of the prefix.
  const prefix =
    latin1UntilNul(bytes.subarray(...field.magic)) === 'ustar' ? text(field.prefix) : '';
  const size = numberIn(bytes.subarray(...field.size));
  return {
    name: prefix === '' ? text(field.name) : `${prefix}/${text(field.name)}`,
    sizeInBytes: typeof size === 'string' ? Number.NaN : Number(size),
    size,
    type: String.fromCharCode(bytes[field.typeflag] ?? 0),
  };
}

/**
 * Octal digits, with blanks around them, or the binary number that GNU tar writes for sizes of
 * 8 GiB and more: after 0x80, or negative from 0xff on. Any other text is given as it is.
 */
export function numberIn(bytes: Uint8Array): bigint | string {
  const [first = 0] = bytes;
  if (first >= 0x80) {
    const number = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
    const bits = 8 * bytes.length;
    return first === 0xff ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits - 1, number);
  }
  const text = latin1UntilNul(bytes);
  const [, digits] = /^ *([0-7]+) *$/.exec(text) ?? [];
  return digits === undefined ? text : BigInt(`0o${digits}`);
}

/** What a field or a record holds, as an error shows it. */
export function shown(value: bigint | string): bigint | string {
  return typeof value === 'bigint' && value >= 0n ? value : String(value).slice(0, maxTextShown);
}
