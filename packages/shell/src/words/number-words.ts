import { printable } from '@vmcorekit/core';
import { evaluateExpression, loadedValue } from '@vmcorekit/linux';
import { lettersOf } from './letters.ts';
import { hexNumber, hexOrThrow, wordText } from './numbers.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

const units = { k: 1n << 10n, m: 1n << 20n, g: 1n << 30n } as const;
const operators = /(<<|>>|[-+&|^*%/])/;

/** `eval`: a number, or two of them with an operator, in four systems. */
export const evaluate: CrashWord = {
  name: 'eval',
  usage: '[-b] [-l] NUMBER | (NUMBER OPERATOR NUMBER)',
  summary: 'show a number in hexadecimal, decimal, octal and binary',
  differs: [
    'A number is decimal, or hexadecimal with 0x or a letter in it, and may end in k, m or g.',
    'What is neither is an expression of C, as of p.',
  ],
  *run(args, { kernel }) {
    const flags = args.filter((each) => /^-[bl]+$/.test(each)).join('');
    const text = args.filter((each) => !/^-[bl]+$/.test(each)).join(' ');
    if (text.trim() === '') {
      throw wordError('eval', 'nothing', 'a NUMBER or (NUMBER OPERATOR NUMBER)');
    }
    yield* numberLines(evaluated(text, kernel), kernel.memory.wordSizeInBits, flags.includes('b'));
  },
};

/** The value of crash's small expressions, modulo 2^64; all others are those of `print`. */
export function evaluated(text: string, kernel: WordContext['kernel']): bigint {
  const inner = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
  const single = plainNumber(inner);
  if (single !== undefined) {
    return single;
  }
  const [left = '', operator, right = '', ...more] = inner.split(operators);
  const values = [left, right].map((each) => plainNumber(each.trim()) ?? symbolIn(each, kernel));
  const [one, other] = values;
  return operator === undefined || one === undefined || other === undefined || more.length > 0
    ? loadedValue(kernel, evaluateExpression(kernel, inner))
    : BigInt.asUintN(64, computed(operator, one, other));
}

/** Decimal where all are decimal digits. Undefined for what is no number. */
function plainNumber(text: string): bigint | undefined {
  const [, inverse = '', digits = '', unit = ''] =
    /^(~?)((?:0x)?[0-9a-f]+)([kmg]?)$/i.exec(text) ?? [];
  if (digits === '') {
    return undefined;
  }
  const value = /^\d+$/.test(digits) ? BigInt(digits) : (hexNumber(digits) ?? 0n);
  const factor = unit === '' ? 1n : units[unit.toLowerCase() as keyof typeof units];
  const product = value * factor;
  if (product >> 64n !== 0n) {
    throw wordError('eval', printable(text), 'a number of at most 64 bits');
  }
  return inverse === '' ? product : BigInt.asUintN(64, ~product);
}

function symbolIn(text: string, { symbols }: WordContext['kernel']): bigint | undefined {
  return symbols.find(text.trim())?.address;
}

function computed(operator: string, one: bigint, other: bigint): bigint {
  const isDivision = operator === '/' || operator === '%';
  if ((isDivision && other === 0n) || (/[<>]/.test(operator) && other > 63n)) {
    throw wordError('eval', `${operator} ${other}`, 'a divisor but 0, and a shift up to 63');
  }
  switch (operator) {
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
      return one / other;
    case '%':
      return one % other;
    case '&':
      return one & other;
    case '|':
      return one | other;
    case '^':
      return one ^ other;
    case '<<':
      return one << other;
    default:
      return one >> other;
  }
}

function* numberLines(value: bigint, wordSizeInBits: number, showsBits: boolean): Generator<Step> {
  const bits = value >> 32n === 0n && wordSizeInBits === 32 ? 32 : 64;
  const unsigned = BigInt.asUintN(bits, value);
  const signed = BigInt.asIntN(bits, value);
  const size = Object.entries(units)
    .toReversed()
    .find(([, each]) => unsigned !== 0n && unsigned % each === 0n);
  const short = size === undefined ? '' : `  (${unsigned / size[1]}${size[0].toUpperCase()}B)`;
  yield `hexadecimal: ${unsigned.toString(16)}${short}`;
  yield `    decimal: ${unsigned}${signed < 0n ? `  (${signed})` : ''}`;
  yield `      octal: ${unsigned.toString(8)}`;
  yield `     binary: ${unsigned.toString(2).padStart(bits, '0')}`;
  if (showsBits) {
    const set = Array.from({ length: bits }, (_, index) => bits - 1 - index).filter(
      (bit) => (unsigned >> BigInt(bit)) & 1n,
    );
    yield `   bits set: ${set.join(' ')}`;
  }
}

/** `ascii`: the characters of a number's bytes, the lowest first as on a little-endian machine. */
export const ascii: CrashWord = {
  name: 'ascii',
  usage: 'NUMBER ...',
  summary: 'show the characters of a hexadecimal number',
  differs: ['Without a NUMBER, it does not print a table of ASCII.'],
  *run(args, { kernel }) {
    const { operands } = lettersOf('ascii', args, '');
    if (operands.length === 0) {
      throw wordError('ascii', 'nothing', 'hexadecimal numbers');
    }
    for (const operand of operands) {
      const value = hexOrThrow('the NUMBER of ascii', operand);
      const count = Math.max(1, Math.ceil(value.toString(16).length / 2));
      const bytes = Array.from({ length: count }, (_, at) =>
        Number((value >> BigInt(8 * at)) & 0xffn),
      );
      const inOrder = kernel.memory.byteOrder === 'little' ? bytes : bytes.toReversed();
      const text = inOrder.map(characterText).join('');
      yield `${wordText(value, kernel.memory.wordSizeInBits)}: ${text}`;
    }
  },
};

const controlNames = (
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM ' +
  'SUB ESC FS GS RS US'
).split(' ');

function characterText(byte: number): string {
  return byte >= 0x20 && byte < 0x7f
    ? String.fromCharCode(byte)
    : `<${controlNames[byte] ?? (byte === 0x7f ? 'DEL' : byte.toString(16))}>`;
}
