import { hexOf, hexText, latin1Bytes, printable } from '@vmcorekit/core';

/** A body as a packet: with its start, its end and its checksum. */
export function packetOf(body: string): Uint8Array {
  return framed('$', body);
}

/** A body as a notification, which is never acknowledged. */
export function notificationOf(body: string): Uint8Array {
  return framed('%', body);
}

function framed(start: '$' | '%', body: string): Uint8Array {
  const bytes = latin1Bytes(`${start}${body}#00`);
  let sum = 0;
  for (let at = 1; at < bytes.length - 3; at++) {
    sum += bytes[at] ?? 0;
  }
  bytes.set(latin1Bytes(hexOf[sum & 0xff] ?? ''), bytes.length - 2);
  return bytes;
}

/**
 * Bytes for a packet that carries them as they are. Escapes `#`, `$`, `}` and `*`; gdb undoes that
 * in answers to binary requests only.
 */
export function binaryText(latin1: string): string {
  return latin1.replace(
    /[#$}*]/g,
    (character) => `}${String.fromCharCode(character.charCodeAt(0) ^ 0x20)}`,
  );
}

/** Text as hexadecimal digits of its UTF-8 bytes. */
export function hexOfText(text: string): string {
  return hexText(utf8Bytes(text));
}

/** The text that hexadecimal digits spell, as Latin-1; undefined where they are none. */
export function textOfHex(digits: string): string | undefined {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    return undefined;
  }
  return digits.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

/** A refusal with a sentence, which newer debuggers show. */
export function refusal(sentence: string): string {
  return `E.${printable(sentence).replace(/[#$}*]|[^\x20-\x7e]/g, '?')}`;
}

/** A number in hexadecimal; undefined for any other text, and beyond 64 bits. */
export function numberIn(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : undefined;
}

/**
 * A web standard that Node, browsers and workers share. TypeScript's own libraries for the language
 * do not declare it.
 */
const { TextEncoder } = globalThis as unknown as {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
};
const utf8 = new TextEncoder();

/** A text as its UTF-8 bytes. */
export function utf8Bytes(text: string): Uint8Array {
  return utf8.encode(text);
}
