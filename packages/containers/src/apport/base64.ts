import { VmcorekitError } from '@vmcorekit/core';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The character that fills up the last group. */
export const padding = 0x3d;
const noDigit = 0xff;
const digits: Uint8Array = new Uint8Array(256).fill(noDigit);
for (let value = 0; value < alphabet.length; value++) {
  digits[alphabet.charCodeAt(value)] = value;
}

/** The index of the first byte that is no digit; -1 where all are. Padding is none. */
export function firstOther(text: Uint8Array): number {
  for (let at = 0; at < text.length; at++) {
    if (digits[text[at] ?? 0] === noDigit) {
      return at;
    }
  }
  return -1;
}

/** How many of the last two characters are padding. */
export function paddingIn(lastTwo: Uint8Array): 0 | 1 | 2 {
  return lastTwo[1] !== padding ? 0 : lastTwo[0] === padding ? 2 : 1;
}

/**
 * Decodes groups of four characters, of which the last may be padded, into all of `bytes`. Throws
 * `bad-data` for other characters. Source: RFC 4648, section 4.
 */
export function decodeBase64(text: Uint8Array, bytes: Uint8Array): number {
  const digitsInText = text.length - paddingIn(text.subarray(-2));
  const whole = digitsInText - (digitsInText % 4);
  let done = 0;
  for (let at = 0; at < whole; at += 4) {
    const high = (digit(text, at) << 18) | (digit(text, at + 1) << 12);
    const bits = high | (digit(text, at + 2) << 6) | digit(text, at + 3);
    bytes[done++] = bits >> 16;
    bytes[done++] = bits >> 8;
    bytes[done++] = bits;
  }
  for (let at = whole; at + 1 < digitsInText; at++) {
    const shift = 2 * (at - whole + 1);
    bytes[done++] = (digit(text, at) << shift) | (digit(text, at + 1) >> (6 - shift));
  }
  return done;
}

function digit(text: Uint8Array, at: number): number {
  const value = digits[text[at] ?? 0] ?? noDigit;
  if (value === noDigit) {
    const because = `character ${at} is ${text[at]}, wanted one of base64`;
    throw new VmcorekitError('bad-data', { codec: 'base64', because });
  }
  return value;
}
