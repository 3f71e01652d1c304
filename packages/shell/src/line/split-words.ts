import { LineError } from './line-error.ts';

/** Where the answer of a command goes. */
export type Destination =
  | { readonly kind: 'pipe'; readonly command: string }
  | { readonly kind: 'file'; readonly path: string; readonly isAppended: boolean };

/** The words of a command line, and where its answer goes; null for the terminal. */
export interface SplitLine {
  readonly words: readonly string[];
  readonly to: Destination | null;
}

/**
 * Splits a line at its blanks. Quotes and a backslash keep blanks, `|`, `>` and each other in a
 * word. `| COMMAND` takes the rest of the line as it is, for the system's shell. The `>` of `->` is
 * part of a word, and so are `|` and `>` in parentheses. Throws `LineError` for a quote without an
 * end, for a sign in a parenthesis without an end, and where no command or file follows.
 */
export function splitWords(line: string): SplitLine {
  const reader = new WordReader(line);
  const words: string[] = [];
  for (let word = reader.word(); word !== undefined; word = reader.word()) {
    words.push(word);
  }
  const sign = reader.sign();
  if (sign === undefined) {
    return { words, to: null };
  }
  if (sign === '|') {
    const command = reader.rest().trim();
    if (command === '') {
      throw new LineError('a command is missing after |');
    }
    return { words, to: { kind: 'pipe', command } };
  }
  const path = reader.word();
  if (path === undefined || path === '' || reader.word() !== undefined) {
    throw new LineError(`${sign} needs the name of one file (quote blanks)`);
  }
  if (reader.sign() !== undefined) {
    throw new LineError('an answer goes to one place: a file or a command');
  }
  return { words, to: { kind: 'file', path, isAppended: sign === '>>' } };
}

/** Takes words off a line from its start. */
class WordReader {
  readonly #line: string;
  #at = 0;
  /** How many parentheses are open, and whether one of them holds a sign. */
  #depth = 0;
  #holdsSign = false;

  constructor(line: string) {
    this.#line = line;
  }

  /** The next word; undefined at the end, and before `|` and `>`. */
  word(): string | undefined {
    this.#at += /^\s*/.exec(this.rest())?.[0].length ?? 0;
    const start = this.#at;
    let word = '';
    while (this.#at < this.#line.length && !this.#isEnd()) {
      word += this.#part();
    }
    if (this.#at === this.#line.length && this.#depth > 0 && this.#holdsSign) {
      throw new LineError('a parenthesis before | or > has no end (quote it)');
    }
    return this.#at === start ? undefined : word;
  }

  sign(): '|' | '>' | '>>' | undefined {
    const [sign] = /^(?:\||>>?)/.exec(this.rest()) ?? [];
    this.#at += sign?.length ?? 0;
    return sign as '|' | '>' | '>>' | undefined;
  }

  rest(): string {
    return this.#line.slice(this.#at);
  }

  #isEnd(): boolean {
    const character = this.#line[this.#at] ?? '';
    const isArrow = character === '>' && this.#line[this.#at - 1] === '-';
    const isSign = character === '|' || (character === '>' && !isArrow);
    return /\s/.test(character) || (isSign && this.#depth === 0);
  }

  #countParentheses(character: string): void {
    if (character === '(') {
      this.#depth++;
    } else if (character === ')') {
      this.#depth = Math.max(0, this.#depth - 1);
    }
    this.#holdsSign = this.#depth > 0 && (this.#holdsSign || /[|>]/.test(character));
  }

  /** A quoted part, an escaped character, or one character. */
  #part(): string {
    const rest = this.rest();
    const [first = ''] = rest;
    const quoted = first === "'" ? /^'([^']*)'/ : /^"((?:[^"\\]|\\.)*)"/s;
    if (first === "'" || first === '"') {
      const [all, text] = quoted.exec(rest) ?? [];
      if (all === undefined || text === undefined) {
        throw new LineError(`the quote ${first} has no end`);
      }
      this.#at += all.length;
      return first === '"' ? text.replaceAll(/\\(["\\])/g, '$1') : text;
    }
    const isEscaped = first === '\\' && rest.length > 1;
    this.#at += isEscaped ? 2 : 1;
    this.#countParentheses(first);
    return isEscaped ? (rest[1] ?? '') : first;
  }
}
