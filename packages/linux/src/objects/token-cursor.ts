import { expressionError, type Token } from './tokens.ts';

/** Parentheses and operators within each other. */
const maxNesting = 64;
const tagWords: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
const qualifierWords: ReadonlySet<string> = new Set(['const', 'volatile', 'restrict']);
const baseWords: ReadonlySet<string> = new Set(
  'void char short int long signed unsigned bool _Bool __int128'.split(' '),
);

/** Walks the tokens of an expression, and reads names, types and member paths. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #isTypeName: (name: string) => boolean;
  #at: number = 0;
  #nesting: number = 0;

  constructor(tokens: readonly Token[], isTypeName: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isTypeName = isTypeName;
  }

  advance(): void {
    this.#at++;
  }

  /** Whether a type begins so many tokens ahead. */
  startsType(ahead: number): boolean {
    const { kind, text } = this.token(ahead);
    if (tagWords.has(text) || qualifierWords.has(text) || baseWords.has(text)) {
      return true;
    }
    const after = this.token(ahead + 1).text;
    return kind === 'name' && [')', '*', '['].includes(after) && this.#isTypeName(text);
  }

  /** The words of a type, its stars and its dimensions. */
  typeName(): string {
    const { column } = this.token();
    const words: string[] = [];
    let hasBase = false;
    for (let { kind, text } = this.token(); kind === 'name'; { kind, text } = this.token()) {
      const isMore =
        qualifierWords.has(text) ||
        (baseWords.has(text) && (!hasBase || baseWords.has(words.at(-1) ?? '')));
      if (!isMore && hasBase) {
        break;
      }
      this.#at++;
      words.push(text);
      hasBase ||= !qualifierWords.has(text);
      if (tagWords.has(text)) {
        words.push(this.name());
      }
    }
    if (!hasBase) {
      throw expressionError(column, this.token().text || 'the end', 'the name of a type');
    }
    let text = words.join(' ');
    while (this.token().text === '*' || qualifierWords.has(this.token().text)) {
      text += ` ${this.token().text}`;
      this.#at++;
    }
    while (this.token().text === '[') {
      text += `[${this.token(1).text}]`;
      this.#at += 2;
      this.expect(']');
    }
    return text;
  }

  /** The path of a member, and the parenthesis after it. */
  pathAndEnd(): string {
    let path = this.name();
    for (let { text } = this.token(); text !== ')'; { text } = this.token()) {
      if (text === '.') {
        this.#at++;
        path += `.${this.name()}`;
      } else {
        this.expect('[');
        path += `[${this.token().text}]`;
        this.#at++;
        this.expect(']');
      }
    }
    this.expect(')');
    return path;
  }

  name(): string {
    const { kind, text, column } = this.token();
    if (kind !== 'name') {
      throw expressionError(column, text || 'the end', 'a name');
    }
    this.#at++;
    return text;
  }

  expect(mark: string): void {
    const { text, column } = this.token();
    if (text !== mark) {
      throw expressionError(column, text || 'the end', `'${mark}'`);
    }
    this.#at++;
  }

  token(ahead: number = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#at + ahead, last)] as Token;
  }

  nested<Result>(parse: () => Result): Result {
    if (++this.#nesting > maxNesting) {
      const { text, column } = this.token();
      throw expressionError(column, text, `at most ${maxNesting} levels of nesting`);
    }
    const result = parse();
    this.#nesting--;
    return result;
  }
}
