import { printable, VmcorekitError } from '@vmcorekit/core';

export interface Token {
  readonly kind: 'number' | 'name' | 'mark' | 'end';
  readonly text: string;
  /** 1 is the first character. */
  readonly column: number;
}

/** Expressions are typed by people. */
const maxLength = 4096;
const maxTokens = 1000;
/** For characters that another debugger takes, or a user of C expects. */
const advices: ReadonlyMap<string, string> = new Map([
  ['=', '; nothing in a dump is changed, and == compares'],
  [':', '; the copy of CPU 2 is per_cpu(NAME, 2)'],
]);
const space = /\s*/y;
const number = /0[xX][\da-fA-F]+[uUlL]{0,3}|\d+[uUlL]{0,3}/y;
const name = /[A-Za-z_]\w*/y;
const mark = /->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>()[\].,]/y;
const kinds = [
  ['number', number],
  ['name', name],
  ['mark', mark],
] as const;

/** The tokens of an expression, and an `end`. Throws `usage` with the column. */
export function tokensOf(text: string): Token[] {
  if (text.length > maxLength) {
    throw expressionError(maxLength, `${text.length} characters`, `at most ${maxLength}`);
  }
  const tokens: Token[] = [];
  let at = spaceAfter(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (tokens.length === maxTokens) {
      throw expressionError(at + 1, 'one token more', `at most ${maxTokens} tokens`);
    }
    tokens.push(token);
    at = spaceAfter(text, at + token.text.length);
  }
  return [...tokens, { kind: 'end', text: '', column: at + 1 }];
}

/** What is wrong with an expression, and where. */
export function expressionError(
  column: number,
  got: string,
  allowed: string,
  lacksType: boolean = false,
): VmcorekitError {
  return new VmcorekitError('usage', {
    what: `the expression at column ${column}`,
    got: printable(got),
    allowed,
    ...(lacksType ? { lacksType } : {}),
  });
}

function spaceAfter(text: string, at: number): number {
  space.lastIndex = at;
  space.exec(text);
  return space.lastIndex;
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) {
      return { kind, text: found, column: at + 1 };
    }
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw expressionError(
    at + 1,
    character,
    `a name, a number or an operator of C${advices.get(character) ?? ''}`,
  );
}
