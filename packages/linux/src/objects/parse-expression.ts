import type { Expression, UnaryOperator } from './expression.ts';
import { expressionError, type Token, tokensOf } from './tokens.ts';

/** Parentheses and operators within each other. */
const maxNesting = 64;
const maxValue = (1n << 64n) - 1n;
const maxInt = (1n << 31n) - 1n;
/** How tightly C's operators of two operands bind: the higher, the tighter. */
const powers: ReadonlyMap<string, number> = new Map(
  [
    ['||'],
    ['&&'],
    ['|'],
    ['^'],
    ['&'],
    ['==', '!='],
    ['<', '>', '<=', '>='],
    ['<<', '>>'],
    ['+', '-'],
    ['*', '/', '%'],
  ].flatMap((operators, power) => operators.map((operator) => [operator, power + 1] as const)),
);
const unaryOperators: ReadonlySet<string> = new Set(['-', '+', '~', '!', '*', '&']);
const tagWords: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
const qualifierWords: ReadonlySet<string> = new Set(['const', 'volatile', 'restrict']);
const baseWords: ReadonlySet<string> = new Set(
  'void char short int long signed unsigned bool _Bool __int128'.split(' '),
);

/**
 * Reads an expression of C: variables, members, elements, casts, `sizeof`, `offsetof`,
 * `container_of`, `per_cpu`, `per_cpu_ptr`, and integer arithmetic. `isTypeName` decides whether a
 * name in parentheses starts a cast. Throws `usage` with the column of what is wrong.
 */
export function parseExpression(text: string, isTypeName: (name: string) => boolean): Expression {
  const parser = new Parser(tokensOf(text), isTypeName);
  const expression = parser.expression(0);
  parser.end();
  return expression;
}

/** Operator precedence by binding power (Pratt 1973, "Top down operator precedence"). */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #isTypeName: (name: string) => boolean;
  #at: number = 0;
  #nesting: number = 0;

  constructor(tokens: readonly Token[], isTypeName: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isTypeName = isTypeName;
  }

  expression(minimum: number): Expression {
    let left = this.#nested(() => this.#unary());
    for (;;) {
      const { text: operator, column } = this.#token();
      const power = powers.get(operator);
      if (power === undefined || power <= minimum) {
        return left;
      }
      this.#at++;
      const right = this.#nested(() => this.expression(power));
      left = { kind: 'binary', column, operator, left, right };
    }
  }

  end(): void {
    const { kind, text, column } = this.#token();
    if (kind !== 'end') {
      throw expressionError(column, text, 'an operator or the end');
    }
  }

  #unary(): Expression {
    const { kind, text, column } = this.#token();
    if (kind === 'mark' && unaryOperators.has(text)) {
      this.#at++;
      const of = this.#nested(() => this.#unary());
      return { kind: 'unary', column, operator: text as UnaryOperator, of };
    }
    if (text === 'sizeof') {
      return this.#sizeOf(column);
    }
    if (text === '(' && this.#startsType(1)) {
      this.#at++;
      const type = this.#typeName();
      this.#expect(')');
      return { kind: 'cast', column, type, of: this.#nested(() => this.#unary()) };
    }
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let left = start;
    for (;;) {
      const { text, column } = this.#token();
      if (text === '.' || text === '->') {
        this.#at++;
        left = { kind: 'member', column, of: left, name: this.#name(), isArrow: text === '->' };
      } else if (text === '[') {
        this.#at++;
        const index = this.#nested(() => this.expression(0));
        this.#expect(']');
        left = { kind: 'element', column, of: left, index };
      } else if (text === '(') {
        throw expressionError(column, text, 'an operator: no function of the kernel can be called');
      } else {
        return left;
      }
    }
  }

  #primary(): Expression {
    const { kind, text, column } = this.#token();
    if (kind === 'number') {
      this.#at++;
      return numberOf(text, column);
    }
    if (text === '(') {
      this.#at++;
      const inner = this.#nested(() => this.expression(0));
      this.#expect(')');
      return inner;
    }
    if (kind !== 'name') {
      throw expressionError(column, text || 'the end', 'a variable, a number or a parenthesis');
    }
    this.#at++;
    return this.#token().text === '('
      ? this.#call(text, column)
      : { kind: 'name', column, name: text };
  }

  #call(name: string, column: number): Expression {
    switch (name) {
      case 'per_cpu':
      case 'per_cpu_ptr': {
        this.#expect('(');
        const of = this.#nested(() => this.expression(0));
        this.#expect(',');
        const cpu = this.#nested(() => this.expression(0));
        this.#expect(')');
        return { kind: 'per-CPU', column, of, cpu, isPointer: name === 'per_cpu_ptr' };
      }
      case 'offsetof': {
        this.#expect('(');
        const type = this.#typeName();
        this.#expect(',');
        return { kind: 'offset', column, type, path: this.#pathAndEnd() };
      }
      case 'container_of': {
        this.#expect('(');
        const of = this.#nested(() => this.expression(0));
        this.#expect(',');
        const type = this.#typeName();
        this.#expect(',');
        return { kind: 'container', column, of, type, path: this.#pathAndEnd() };
      }
      default:
        throw expressionError(
          column,
          `${name}(`,
          'sizeof, offsetof, container_of, per_cpu or per_cpu_ptr: no other function can be called',
        );
    }
  }

  #sizeOf(column: number): Expression {
    this.#at++;
    if (this.#token().text === '(' && this.#startsType(1)) {
      this.#at++;
      const type = this.#typeName();
      this.#expect(')');
      return { kind: 'size of type', column, type };
    }
    return { kind: 'size of value', column, of: this.#nested(() => this.#unary()) };
  }

  #startsType(ahead: number): boolean {
    const { kind, text } = this.#token(ahead);
    if (tagWords.has(text) || qualifierWords.has(text) || baseWords.has(text)) {
      return true;
    }
    const after = this.#token(ahead + 1).text;
    return kind === 'name' && [')', '*', '['].includes(after) && this.#isTypeName(text);
  }

  /** The words of a type, its stars and its dimensions. */
  #typeName(): string {
    const { column } = this.#token();
    const words: string[] = [];
    let hasBase = false;
    for (let { kind, text } = this.#token(); kind === 'name'; { kind, text } = this.#token()) {
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
        words.push(this.#name());
      }
    }
    if (!hasBase) {
      throw expressionError(column, this.#token().text || 'the end', 'the name of a type');
    }
    let text = words.join(' ');
    while (this.#token().text === '*' || qualifierWords.has(this.#token().text)) {
      text += ` ${this.#token().text}`;
      this.#at++;
    }
    while (this.#token().text === '[') {
      text += `[${this.#token(1).text}]`;
      this.#at += 2;
      this.#expect(']');
    }
    return text;
  }

  /** The path of a member, and the parenthesis after it. */
  #pathAndEnd(): string {
    let path = this.#name();
    for (let { text } = this.#token(); text !== ')'; { text } = this.#token()) {
      if (text === '.') {
        this.#at++;
        path += `.${this.#name()}`;
      } else {
        this.#expect('[');
        path += `[${this.#token().text}]`;
        this.#at++;
        this.#expect(']');
      }
    }
    this.#expect(')');
    return path;
  }

  #name(): string {
    const { kind, text, column } = this.#token();
    if (kind !== 'name') {
      throw expressionError(column, text || 'the end', 'a name');
    }
    this.#at++;
    return text;
  }

  #expect(mark: string): void {
    const { text, column } = this.#token();
    if (text !== mark) {
      throw expressionError(column, text || 'the end', `'${mark}'`);
    }
    this.#at++;
  }

  #token(ahead: number = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#at + ahead, last)] as Token;
  }

  #nested<Result>(parse: () => Result): Result {
    if (++this.#nesting > maxNesting) {
      const { text, column } = this.#token();
      throw expressionError(column, text, `at most ${maxNesting} levels of nesting`);
    }
    const result = parse();
    this.#nesting--;
    return result;
  }
}

function numberOf(text: string, column: number): Expression {
  const digits = text.replace(/[uUlL]+$/, '');
  const isOctal = /^0\d/.test(digits);
  if (isOctal && /[89]/.test(digits)) {
    throw expressionError(column, text, 'octal digits after a leading 0, as in C');
  }
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  if (value > maxValue) {
    throw expressionError(column, text, 'a number of at most 64 bits');
  }
  // In C, a hexadecimal number that does not fit an int is unsigned before it is long.
  const isHexadecimal = /^0[xX]/.test(digits);
  const suffix = text.slice(digits.length);
  const isLong = /[lL]/.test(suffix);
  const isUnsigned =
    /[uU]/.test(suffix) ||
    value >= 1n << 63n ||
    (isHexadecimal && !isLong && value > maxInt && value < 1n << 32n);
  return { kind: 'number', column, value, isUnsigned, isLong };
}
