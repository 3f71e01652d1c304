/**
 * Hexadecimal with `0x`, and a sign before it where the value is negative: the way addresses are
 * written everywhere here.
 */
export function hex(value: number | bigint): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/**
 * A count and what is counted: `1 page`, `2 pages`. `many` is for nouns that take no `s`, `shown`
 * for counts in other digits.
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
 * Text from a dump, made safe to print: every control character, escape sequence, bidirectional
 * override and lone surrogate becomes `\xNN` or `\u{NNNN}`. A guest chooses these bytes, so none of
 * them may steer a terminal.
 */
export function printable(text: string): string {
  // Most text is plain ASCII; the Unicode classes below take milliseconds to compile.
  return /^[\x20-\x7e]*$/.test(text) ? text : escaped(text);
}

/**
 * A whole line of text from a dump: as `printable`, but a tab stays. It steers nothing; only in a
 * table's cell it would move the columns.
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
 * The first line that says anything, of a message that goes on with details: Node's list of who
 * required what is one.
 */
export function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
}

/** Bytes as Latin-1 text, one character a byte, so nothing is lost or invented. */
export function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/** The same up to the first NUL, or of all bytes. */
export function latin1UntilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return latin1Text(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The counterpart of `latin1UntilNul`: one byte a character, no NUL added. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  // Not Uint8Array.from, which first makes a list of strings, one for each character.
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = text.charCodeAt(at);
  }
  return bytes;
}

/**
 * Bytes for people: `4 KiB`, `1.5 GiB`; exact where a unit divides it, else to one digit after the
 * point.
 */
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
 * A web standard that Node, browsers and workers share; the language's own library does not declare
 * it.
 */
const { TextDecoder } = globalThis as unknown as {
  readonly TextDecoder: new () => { decode(bytes: Uint8Array): string };
};

/** Bytes as UTF-8 text; those that are none come as U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
