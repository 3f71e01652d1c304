import { type ByteOrder, VmcorekitError } from '@vmcorekit/core';

/** Longer than any name or structure that is searched for; a search holds as much twice. */
export const maxPatternInBytes = 4096;

/** Bytes to be found in memory. */
export interface FindPattern {
  readonly bytes: Uint8Array;
  /** As long as `bytes`: what may stand in the place of each byte. Left out: nothing else may. */
  readonly orBytes?: Uint8Array;
  /** Only addresses that are multiples of this count: 1, 2, 4 or 8. */
  readonly alignmentInBytes: 1 | 2 | 4 | 8;
}

/** Bytes as people write them: `de ad be ef`, `0xdeadbeef`, `de:ad`. Undefined for other text. */
export function bytesInText(text: string): Uint8Array | undefined {
  const digits = text.replace(/^0x/i, '').replaceAll(/[\s,:]/g, '');
  return /^([0-9a-f]{2})+$/i.test(digits)
    ? Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
        Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
      )
    : undefined;
}

/** Any bytes, wherever they begin. Throws `usage` for none, and for more than 4096. */
export function bytesPattern(bytes: Uint8Array): FindPattern {
  if (bytes.length === 0 || bytes.length > maxPatternInBytes) {
    throw new VmcorekitError('usage', {
      what: 'what to find',
      got: `${bytes.length} bytes`,
      allowed: `1 to ${maxPatternInBytes} bytes`,
    });
  }
  return { bytes, alignmentInBytes: 1 };
}

export interface TextPatternOptions {
  /** Of UTF-16; UTF-8 unless given. */
  readonly utf16?: ByteOrder;
  /** The letters A to Z of either case; other letters are found as they are given. */
  readonly ignoresCase?: boolean;
}

/** A text, without a NUL after it. Throws `usage` as `bytesPattern` does. */
export function textPattern(text: string, options: TextPatternOptions = {}): FindPattern {
  const { utf16, ignoresCase = false } = options;
  const encode = (one: string): Uint8Array =>
    utf16 === undefined ? new TextEncoder().encode(one) : utf16Bytes(one, utf16);
  const pattern = bytesPattern(encode(text));
  const other = text.replace(/[a-z]/gi, (letter) => {
    const lower = letter.toLowerCase();
    return letter === lower ? letter.toUpperCase() : lower;
  });
  return ignoresCase && other !== text ? { ...pattern, orBytes: encode(other) } : pattern;
}

/**
 * A number in so many bytes, at addresses that are multiples of its size, or at any. A negative one
 * is its two's complement. Throws `usage` for one that does not fit.
 */
export function numberPattern(
  value: bigint,
  sizeInBytes: 1 | 2 | 4 | 8,
  byteOrder: ByteOrder,
  isAligned: boolean = true,
): FindPattern {
  const bits = BigInt(8 * sizeInBytes);
  if (value >= 1n << bits || value < -(1n << (bits - 1n))) {
    throw new VmcorekitError('usage', {
      what: `a number of ${sizeInBytes} bytes`,
      got: String(value),
      allowed: `-2^${bits - 1n} to 2^${bits} - 1`,
    });
  }
  const bytes = Uint8Array.from({ length: sizeInBytes }, (_, index) =>
    Number(BigInt.asUintN(8, value >> BigInt(8 * index))),
  );
  return {
    bytes: byteOrder === 'little' ? bytes : bytes.toReversed(),
    alignmentInBytes: isAligned ? sizeInBytes : 1,
  };
}

function utf16Bytes(text: string, byteOrder: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) {
    view.setUint16(2 * index, text.charCodeAt(index), byteOrder === 'little');
  }
  return bytes;
}
