import { utf8Text, VmcorekitError } from '@vmcorekit/core';

/** A JSON value. An integer beyond 2^53 is a bigint: kernel addresses are. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** ISF nests its types: an array of arrays of pointers has fewer than ten levels. */
const maxDepth = 64;
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
/** What may stand in a number or a word, up to the next separator. */
const scalar = /^(?:-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/;
/** The longest integer of 64 bits has 20 digits; a longer scalar is not one of ISF's. */
const maxScalarInBytes = 64;

/**
 * Reads parts of a JSON text where they are asked for: an ISF file has some 50 MB, of which few
 * types are needed. `JSON.parse` would also round 64-bit addresses.
 */
export class JsonReader {
  readonly #bytes: Uint8Array;
  readonly #structure: string;

  /** `structure` names the file's kind in errors. */
  constructor(bytes: Uint8Array, structure: string) {
    this.#bytes = bytes;
    this.#structure = structure;
  }

  /**
   * The keys of the object at an offset, each with the offset of its value. Ends after the object.
   * Throws `malformed` where there is no object, or where it breaks off.
   */
  *entries(start: number): Generator<readonly [string, number], void, void> {
    let at = this.#after(this.skipSpace(start), openBrace, "'{'");
    at = this.skipSpace(at);
    if (this.#bytes[at] === closeBrace) {
      return;
    }
    for (;;) {
      const keyEnd = this.#endOfString(at);
      const value = this.skipSpace(this.#after(this.skipSpace(keyEnd), colon, "':'"));
      yield [this.#string(at, keyEnd), value];
      at = this.skipSpace(this.endOf(value));
      if (this.#bytes[at] === closeBrace) {
        return;
      }
      at = this.skipSpace(this.#after(at, comma, "',' or '}'"));
    }
  }

  /** The value at an offset. Throws `malformed`. */
  value(start: number): JsonValue {
    return this.#value(this.skipSpace(start), 0)[0];
  }

  /** The end of the value at an offset. Of objects and lists, only the brackets are counted. */
  endOf(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start] ?? 0;
    if (first === quote) {
      return this.#endOfString(start);
    }
    if (first !== openBrace && first !== openBracket) {
      return this.#endOfScalar(start);
    }
    let depth = 0;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === quote) {
        at = this.#endOfString(at) - 1;
      } else if (byte === openBrace || byte === openBracket) {
        depth++;
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (depth === 0) {
          return at + 1;
        }
      }
    }
    throw this.#malformed(bytes.length, 'the end of what begins earlier');
  }

  skipSpace(start: number): number {
    let at = start;
    for (;;) {
      const byte = this.#bytes[at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        return at;
      }
      at++;
    }
  }

  #value(at: number, depth: number): [JsonValue, number] {
    const first = this.#bytes[at] ?? 0;
    if (depth > maxDepth) {
      throw this.#malformed(at, `at most ${maxDepth} levels`);
    }
    if (first === quote) {
      const end = this.#endOfString(at);
      return [this.#string(at, end), end];
    }
    return first === openBrace
      ? this.#object(at, depth)
      : first === openBracket
        ? this.#list(at, depth)
        : this.#scalar(at);
  }

  #object(start: number, depth: number): [JsonValue, number] {
    const members = new Map<string, JsonValue>();
    let at = this.skipSpace(start + 1);
    if (this.#bytes[at] === closeBrace) {
      return [members, at + 1];
    }
    for (;;) {
      const keyEnd = this.#endOfString(at);
      const place = this.skipSpace(this.#after(this.skipSpace(keyEnd), colon, "':'"));
      const [value, end] = this.#value(place, depth + 1);
      members.set(this.#string(at, keyEnd), value);
      at = this.skipSpace(end);
      if (this.#bytes[at] === closeBrace) {
        return [members, at + 1];
      }
      at = this.skipSpace(this.#after(at, comma, "',' or '}'"));
    }
  }

  #list(start: number, depth: number): [JsonValue, number] {
    const items: JsonValue[] = [];
    let at = this.skipSpace(start + 1);
    if (this.#bytes[at] === closeBracket) {
      return [items, at + 1];
    }
    for (;;) {
      const [item, end] = this.#value(at, depth + 1);
      items.push(item);
      at = this.skipSpace(end);
      if (this.#bytes[at] === closeBracket) {
        return [items, at + 1];
      }
      at = this.skipSpace(this.#after(at, comma, "',' or ']'"));
    }
  }

  #scalar(start: number): [JsonValue, number] {
    const end = this.#endOfScalar(start);
    const text = utf8Text(this.#bytes.subarray(start, end));
    const [found, fraction, exponent] = scalar.exec(text) ?? [];
    if (found === undefined) {
      throw this.#malformed(start, 'a value');
    }
    if (/^[a-z]/.test(text)) {
      return [text === 'null' ? null : text === 'true', end];
    }
    const number = Number(text);
    const isExact =
      fraction !== undefined || exponent !== undefined || Number.isSafeInteger(number);
    return [isExact ? number : BigInt(text), end];
  }

  #endOfScalar(start: number): number {
    let at = start;
    for (; at < this.#bytes.length && at - start < maxScalarInBytes; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte <= 0x20 || byte === comma || byte === closeBrace || byte === closeBracket) {
        break;
      }
    }
    return at;
  }

  #string(start: number, end: number): string {
    const bytes = this.#bytes.subarray(start, end);
    const text = utf8Text(bytes.indexOf(backslash) < 0 ? bytes.subarray(1, -1) : bytes);
    if (bytes.indexOf(backslash) < 0) {
      return text;
    }
    try {
      return JSON.parse(text) as string;
    } catch {
      throw this.#malformed(start, 'a string');
    }
  }

  #endOfString(start: number): number {
    if (this.#bytes[start] !== quote) {
      throw this.#malformed(start, 'a string');
    }
    for (let at = this.#bytes.indexOf(quote, start + 1); at >= 0; ) {
      let escapes = 0;
      while (this.#bytes[at - 1 - escapes] === backslash) {
        escapes++;
      }
      if (escapes % 2 === 0 && at - escapes > start) {
        return at + 1;
      }
      at = this.#bytes.indexOf(quote, at + 1);
    }
    throw this.#malformed(start, 'a string that ends');
  }

  #after(at: number, wanted: number, what: string): number {
    if (this.#bytes[at] !== wanted) {
      throw this.#malformed(at, what);
    }
    return at + 1;
  }

  #malformed(fileOffset: number, wanted: string): VmcorekitError {
    const got = utf8Text(this.#bytes.subarray(fileOffset, fileOffset + 20)) || 'the end';
    const structure = this.#structure;
    return new VmcorekitError('malformed', { structure, fileOffset, field: 'JSON', wanted, got });
  }
}
