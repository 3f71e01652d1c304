import { VmcorekitError } from '@vmcorekit/core';

/** A part of a Turtle text. */
export interface TurtleToken {
  /** `mark`: punctuation. `name`: a prefixed name, a keyword, a number. */
  readonly kind: 'iri' | 'literal' | 'name' | 'tag' | 'mark' | 'end';
  readonly text: string;
  /** Of its first character. */
  readonly at: number;
}

const structure = 'AFF4 information.turtle';
const space: RegExp = /[\t\n\r ]/;
const endsName: RegExp = /[\t\n\r <>"'()[\];,^]/;
const marks = '.;,[]()^';
const escapes: Readonly<Record<string, string>> = {
  t: '\t',
  b: '\b',
  n: '\n',
  r: '\r',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** An error at a character of the text. */
export function badTurtle(at: number, wanted: string, got: string): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', {
    structure,
    fileOffset: at,
    field: 'its text',
    wanted,
    got,
  });
}

/**
 * Cuts a Turtle text into tokens, each once. Throws `malformed`. Source: W3C, RDF 1.1 Turtle, 6.5.
 */
export class TurtleTokens {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): TurtleToken {
    this.#skip();
    const at = this.#at;
    const first = this.#text[at];
    if (first === undefined) {
      return { kind: 'end', text: 'the end of the text', at };
    }
    if (first === '<') {
      return { kind: 'iri', text: this.#until('>', 1), at };
    }
    if (first === '"' || first === "'") {
      const isLong = this.#text.startsWith(first.repeat(3), at);
      return { kind: 'literal', text: this.#until(first.repeat(isLong ? 3 : 1), 0), at };
    }
    if (marks.includes(first)) {
      this.#at += 1;
      return { kind: 'mark', text: first, at };
    }
    const text = this.#name();
    return { kind: first === '@' ? 'tag' : 'name', text, at };
  }

  /** Spaces and comments. */
  #skip(): void {
    for (;;) {
      const here = this.#text[this.#at];
      if (here === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (here !== undefined && space.test(here)) {
        this.#at += 1;
      } else {
        return;
      }
    }
  }

  /** A name cannot end with a dot: that ends a statement. */
  #name(): string {
    const from = this.#at;
    let end = from;
    for (let here = this.#text[end]; here !== undefined && !endsName.test(here); ) {
      end += 1;
      here = this.#text[end];
    }
    while (end > from && this.#text[end - 1] === '.') {
      end -= 1;
    }
    if (end === from) {
      throw badTurtle(from, 'a name', this.#text[from] ?? 'nothing');
    }
    this.#at = end;
    return this.#text.slice(from, end);
  }

  /** What stands between two marks, with its escapes replaced. */
  #until(mark: string, openInCharacters: number): string {
    const from = this.#at;
    let at = from + (openInCharacters || mark.length);
    const parts: string[] = [];
    for (let start = at; ; ) {
      const here = this.#text[at];
      if (here === undefined) {
        throw badTurtle(from, `a ${mark} after what begins here`, 'the end of the text');
      }
      if (here === '\\') {
        const { text, length } = this.#escape(at);
        parts.push(this.#text.slice(start, at), text);
        at += length;
        start = at;
      } else if (this.#text.startsWith(mark, at)) {
        parts.push(this.#text.slice(start, at));
        this.#at = at + mark.length;
        return parts.join('');
      } else if (here === '\n' && mark.length === 1) {
        throw badTurtle(from, `a ${mark} in the line`, 'the end of the line');
      } else {
        at += 1;
      }
    }
  }

  #escape(at: number): { readonly text: string; readonly length: number } {
    const kind = this.#text[at + 1] ?? '';
    const simple = Object.hasOwn(escapes, kind) ? escapes[kind] : undefined;
    if (simple !== undefined) {
      return { text: simple, length: 2 };
    }
    const digits = kind === 'u' ? 4 : kind === 'U' ? 8 : 0;
    const code = this.#text.slice(at + 2, at + 2 + digits);
    const isCode = digits > 0 && code.length === digits && /^[0-9a-fA-F]+$/.test(code);
    const point = isCode ? Number.parseInt(code, 16) : Infinity;
    if (point > 0x10ffff) {
      throw badTurtle(at, 'an escape of Turtle', `\\${kind}${code}`);
    }
    return { text: String.fromCodePoint(point), length: 2 + digits };
  }
}
