import type { Expression, UnaryOperator } from './expression.ts';
import { TokenCursor } from './token-cursor.ts';
import { expressionError, tokensOf } from './tokens.ts';

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

/**
 * Reads an expression of C: variables, members, elements, casts, `sizeof`, `offsetof`,
 * `container_of`, `per_cpu`, `per_cpu_ptr`, and integer arithmetic. `isTypeName` decides whether a
 * name in parentheses starts a cast. Throws `usage` with the column of what is wrong.
 */
export function parseExpression(text: string, isTypeName: (name: string) => boolean): Expression {
  const parser = new Parser(new TokenCursor(tokensOf(text), isTypeName));
  const expression = parser.expression(0);
  parser.end();
  return expression;
}

/** Operator precedence by binding power (Pratt 1973, "Top down operator precedence"). */
class Parser {
  readonly #cursor: TokenCursor;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  expression(minimum: number): Expression {
    let left = this.#cursor.nested(() => this.#unary());
    for (;;) {
      const { text: operator, column } = this.#cursor.token();
      const power = powers.get(operator);
      if (power === undefined || power <= minimum) {
        return left;
      }
      this.#cursor.advance();
      const right = this.#cursor.nested(() => this.expression(power));
      left = { kind: 'binary', column, operator, left, right };
    }
  }

  end(): void {
    const { kind, text, column } = this.#cursor.token();
    if (kind !== 'end') {
      const advice = kind === 'mark' ? '' : ': one expression, which may have spaces';
      throw expressionError(column, text, `an operator or the end${advice}`);
    }
  }

  #unary(): Expression {
    const { kind, text, column } = this.#cursor.token();
    if (kind === 'mark' && unaryOperators.has(text)) {
      this.#cursor.advance();
      const of = this.#cursor.nested(() => this.#unary());
      return { kind: 'unary', column, operator: text as UnaryOperator, of };
    }
    if (text === 'sizeof') {
      return this.#sizeOf(column);
    }
    if (text === '(' && this.#cursor.startsType(1)) {
      this.#cursor.advance();
      const type = this.#cursor.typeName();
      this.#cursor.expect(')');
      return { kind: 'cast', column, type, of: this.#cursor.nested(() => this.#unary()) };
    }
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let left = start;
    for (;;) {
      const { text, column } = this.#cursor.token();
      if (text === '.' || text === '->') {
        this.#cursor.advance();
        left = {
          kind: 'member',
          column,
          of: left,
          name: this.#cursor.name(),
          isArrow: text === '->',
        };
      } else if (text === '[') {
        this.#cursor.advance();
        const index = this.#cursor.nested(() => this.expression(0));
        this.#cursor.expect(']');
        left = { kind: 'element', column, of: left, index };
      } else if (text === '(') {
        throw expressionError(column, text, 'an operator: no function of the kernel can be called');
      } else {
        return left;
      }
    }
  }

  #primary(): Expression {
    const { kind, text, column } = this.#cursor.token();
    if (kind === 'number') {
      this.#cursor.advance();
      return numberOf(text, column);
    }
    if (text === '(') {
      this.#cursor.advance();
      const inner = this.#cursor.nested(() => this.expression(0));
      this.#cursor.expect(')');
      return inner;
    }
    if (kind !== 'name') {
      throw expressionError(column, text || 'the end', 'a variable, a number or a parenthesis');
    }
    this.#cursor.advance();
    return this.#cursor.token().text === '('
      ? this.#call(text, column)
      : { kind: 'name', column, name: text };
  }

  #call(name: string, column: number): Expression {
    switch (name) {
      case 'per_cpu':
      case 'per_cpu_ptr': {
        this.#cursor.expect('(');
        const of = this.#cursor.nested(() => this.expression(0));
        this.#cursor.expect(',');
        const cpu = this.#cursor.nested(() => this.expression(0));
        this.#cursor.expect(')');
        return { kind: 'per-CPU', column, of, cpu, isPointer: name === 'per_cpu_ptr' };
      }
      case 'offsetof': {
        this.#cursor.expect('(');
        const type = this.#cursor.typeName();
        this.#cursor.expect(',');
        return { kind: 'offset', column, type, path: this.#cursor.pathAndEnd() };
      }
      case 'container_of': {
        this.#cursor.expect('(');
        const of = this.#cursor.nested(() => this.expression(0));
        this.#cursor.expect(',');
        const type = this.#cursor.typeName();
        this.#cursor.expect(',');
        return { kind: 'container', column, of, type, path: this.#cursor.pathAndEnd() };
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
    this.#cursor.advance();
    if (this.#cursor.token().text === '(' && this.#cursor.startsType(1)) {
      this.#cursor.advance();
      const type = this.#cursor.typeName();
      this.#cursor.expect(')');
      return { kind: 'size of type', column, type };
    }
    return { kind: 'size of value', column, of: this.#cursor.nested(() => this.#unary()) };
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
