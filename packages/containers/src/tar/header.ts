import { latin1UntilNul, utf8UntilNul } from '@vmcorekit/core';

/** A header, and what data is padded to. Source: POSIX, pax; GNU tar's "Basic Tar Format". */
export const recordInBytes = 512;
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
  /** NaN where the field holds no number. */
  readonly sizeInBytes: number;
  /** A character; NUL is a plain file of old. */
  readonly type: string;
}

/** Whether the checksum of a header is right. */
export function isHeader(bytes: Uint8Array): boolean {
  const [from, to] = field.chksum;
  const sum = bytes.reduce((before, byte, at) => before + (at >= from && at < to ? 0x20 : byte), 0);
  return bytes.length === recordInBytes && numberIn(bytes.subarray(from, to)) === sum;
}

export function readHeader(bytes: Uint8Array): TarHeader {
  const text = ([from, to]: readonly [number, number]): string =>
    utf8UntilNul(bytes.subarray(from, to));
  // GNU tar keeps other fields in the place of the prefix.
  const prefix =
    latin1UntilNul(bytes.subarray(...field.magic)) === 'ustar' ? text(field.prefix) : '';
  return {
    name: prefix === '' ? text(field.name) : `${prefix}/${text(field.name)}`,
    sizeInBytes: numberIn(bytes.subarray(...field.size)),
    type: String.fromCharCode(bytes[field.typeflag] ?? 0),
  };
}

/** Octal digits, or 256 to the power, as GNU tar writes sizes of 8 GiB and more. */
function numberIn(bytes: Uint8Array): number {
  const [first = 0] = bytes;
  if (first >= 0x80) {
    return bytes.reduce((value, byte, at) => value * 256 + (at === 0 ? byte & 0x7f : byte), 0);
  }
  const digits = latin1UntilNul(bytes).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}
