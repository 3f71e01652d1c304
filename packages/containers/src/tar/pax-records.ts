import { isZero, utf8Text, VmcorekitError } from '@vmcorekit/core';

const lineFeed = 0x0a;
/** Digits of a length, and the blank. */
const maxLengthInBytes = 20;
const structure = 'record of a tar extended header';

export interface PaxRecord {
  readonly fileOffset: number;
  readonly key: string;
  readonly value: string;
}

/**
 * The records of an extended header at a file offset: `LENGTH KEY=VALUE\n` each, where the length
 * counts all of it. Zeros may end them. A key may come several times. Throws `malformed` at the
 * first that is none. Source: POSIX, pax, "pax Extended Header".
 */
export function* paxRecords(
  bytes: Uint8Array,
  fileOffset: number,
): Generator<PaxRecord, void, void> {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.subarray(at, at + maxLengthInBytes).indexOf(0x20);
    const length = paxNumber(utf8Text(bytes.subarray(at, at + Math.max(0, space))));
    if (!(length > space + 1 && at + length <= bytes.length)) {
      if (isZero(bytes.subarray(at))) {
        return;
      }
      const left = bytes.length - at;
      throw wrong(fileOffset + at, 'length', `a number up to ${left}, and a blank`, bytes, at);
    }
    const end = at + length - 1;
    const text = utf8Text(bytes.subarray(at + space + 1, end));
    const equals = text.indexOf('=');
    if (bytes[end] !== lineFeed || equals < 0) {
      throw wrong(fileOffset + at, 'text', `KEY=VALUE and a line feed`, bytes, at + space + 1);
    }
    yield {
      fileOffset: fileOffset + at,
      key: text.slice(0, equals),
      value: text.slice(equals + 1),
    };
    at += length;
  }
}

/** A number of decimal digits and nothing else; NaN for any other text. */
export function paxNumber(text: string): number {
  return /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
}

function wrong(
  fileOffset: number,
  field: string,
  wanted: string,
  bytes: Uint8Array,
  at: number,
): VmcorekitError<'malformed'> {
  const got = utf8Text(bytes.subarray(at, at + maxLengthInBytes));
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
