/**
 * Hexadecimal with `0x`, and a sign before it for negative values: how addresses are written
 * everywhere here.
 */
export function hex(value: number | bigint): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/**
 * A count with its noun: `1 page`, `2 pages`. `many` is for irregular plurals, `shown` for a count
 * in other digits.
 */
export function plural(
  count: number,
  one: string,
  many: string = `${one}s`,
  shown: string = String(count),
): string {
  return `${shown} ${count === 1 ? one : many}`;
}

/**
 * Text from a dump, made safe to print. Every control character, escape sequence, bidirectional
 * override and lone surrogate becomes `\xNN` or `\u{NNNN}`. A guest chooses these bytes, so none of
 * them may control a terminal.
 */
export function printable(text: string): string {
  // Most text is plain ASCII; the Unicode classes below take milliseconds to compile.
  return /^[\x20-\x7e]*$/.test(text) ? text : escaped(text);
}

/**
 * A whole line of text from a dump: like `printable`, but tabs stay. A tab controls nothing; it
 * would only shift the columns of a table.
 */
export function printableLine(text: string): string {
  return text.split('\t').map(printable).join('\t');
}

function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/**
 * The first line of a message with any text. The rest may be details, like Node's "Require stack"
 * list.
 */
export function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
}

/** Two hexadecimal digits of each byte: a gigabyte of memory is a thousand million look-ups. */
export const hexOf: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Bytes as hexadecimal digits, two a byte. */
export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += hexOf[byte];
  }
  return text;
}

/** Bytes as Latin-1 text, one character a byte, so nothing is lost or invented. */
export function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/** Latin-1 text up to the first NUL, or of all bytes. */
export function latin1UntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return latin1Text(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The counterpart of `latin1UntilNul`: one byte a character, without a NUL. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  // Not Uint8Array.from, which first makes a list with one string for each character.
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = text.charCodeAt(at);
  }
  return bytes;
}

/** A size for people: `4 KiB`, `1.5 GiB`. Exact where a unit divides it, else with one decimal. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/**
 * A web standard that Node, browsers and workers share. TypeScript's own libraries for the language
 * do not declare it.
 */
const { TextDecoder } = globalThis as unknown as {
  readonly TextDecoder: new () => { decode(bytes: Uint8Array): string };
};

/** One for all texts: a new one each time takes longer than a short text. */
const utf8 = new TextDecoder();

/** Bytes as UTF-8 text; invalid ones become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** UTF-8 text up to the first NUL, or of all bytes. */
export function utf8UntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8Text(end < 0 ? bytes : bytes.subarray(0, end));
}
