import { type Kernel, printable, VmcorekitError } from '@vmcorekit/core';
import { evaluateExpression, loadedValue } from '@vmcorekit/linux';

const hexDigits = /^(0x)?[0-9a-f]+$/i;
const decimalDigits = /^\d+$/;
const symbolPlace = /^([A-Za-z_.$][\w.$]*)(?:([+-])((?:0x)?[0-9a-f]+))?$/;

/** Undefined for what is no hexadecimal number, with or without `0x`. */
export function hexNumber(text: string): bigint | undefined {
  return hexDigits.test(text) ? BigInt(`0x${text.replace(/^0x/i, '')}`) : undefined;
}

/** A hexadecimal number, as crash reads addresses. Throws `usage`. */
export function hexOrThrow(what: string, text: string): bigint {
  const value = hexNumber(text);
  if (value === undefined) {
    throw numberError(what, text, 'a hexadecimal number');
  }
  return value;
}

/**
 * A plain number, as crash reads one that is no address: decimal, or hexadecimal with `0x` or with
 * a letter in it. Throws `usage`.
 */
export function plainOrThrow(what: string, text: string): bigint {
  return decimalDigits.test(text) ? BigInt(text) : hexOrThrow(what, text);
}

/**
 * A count, as crash reads one: decimal, or hexadecimal with `0x` or with a letter in it. Throws
 * `usage`, also for more than `limit`.
 */
export function countOf(what: string, text: string, limit: number): number {
  const value = decimalDigits.test(text) ? BigInt(text) : hexNumber(text);
  if (value === undefined || value > BigInt(limit)) {
    throw numberError(what, text, `a number up to ${limit}`);
  }
  return Number(value);
}

/**
 * The address that a word of crash names: hexadecimal digits, with or without `0x`; a symbol, with
 * or without an offset; an expression in parentheses. What can be a hexadecimal number is one.
 * Throws `usage` and `unknown-name`.
 */
export function addressIn(kernel: Kernel, text: string): bigint {
  const number = hexNumber(text);
  if (number !== undefined) {
    return number;
  }
  const [, name = '', sign, offset] = symbolPlace.exec(text) ?? [];
  const symbol = name === '' ? undefined : kernel.symbols.find(name);
  if (symbol !== undefined) {
    const distance = offset === undefined ? 0n : offsetOf(offset);
    const address = sign === '-' ? symbol.address - distance : symbol.address + distance;
    return BigInt.asUintN(kernel.memory.wordSizeInBits, address);
  }
  if (!text.startsWith('(')) {
    throw new VmcorekitError('unknown-name', { kind: 'symbol', name: printable(text), known: [] });
  }
  const value = evaluateExpression(kernel, text);
  return BigInt.asUintN(kernel.memory.wordSizeInBits, loadedValue(kernel, value));
}

/** As crash writes offsets: decimal, or hexadecimal with `0x`. */
function offsetOf(text: string): bigint {
  return decimalDigits.test(text) ? BigInt(text) : (hexNumber(text) ?? 0n);
}

/** A number of a kernel's word in as many hexadecimal digits as it has. */
export function wordText(value: bigint, wordSizeInBits: number): string {
  return BigInt.asUintN(wordSizeInBits, value)
    .toString(16)
    .padStart(wordSizeInBits / 4, '0');
}

/** The CPUs of a list such as `1,3,5-7`, or all of them for `a` and `all`. Throws `usage`. */
export function cpusIn(text: string, all: readonly number[]): readonly number[] {
  if (/^a(ll)?$/.test(text)) {
    return all;
  }
  const cpus = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) {
      throw numberError('a list of CPUs', text, 'numbers and ranges: 1,3,5-7, or a for all');
    }
    return Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, index) => Number(first) + index,
    );
  });
  if (new Set(cpus).size < cpus.length) {
    throw numberError('a list of CPUs', text, 'each CPU once');
  }
  const missing = cpus.find((cpu) => !all.includes(cpu));
  if (missing !== undefined) {
    throw numberError('a list of CPUs', String(missing), `one of ${all.slice(0, 16).join(', ')}`);
  }
  return cpus;
}

function numberError(what: string, got: string, allowed: string): VmcorekitError<'usage'> {
  return new VmcorekitError('usage', { what, got: printable(got), allowed });
}
