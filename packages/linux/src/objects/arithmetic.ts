import { printable, targetOf } from '@vmcorekit/core';
import { expressionError } from './tokens.ts';
import { type ComputedValue, common, integer, pointer, promoted, truth, wrapped } from './value.ts';

/** What arithmetic needs beside its operands. */
export interface Arithmetic {
  readonly wordSizeInBytes: number;
  /** Of the operator. */
  readonly column: number;
}

const comparisons: ReadonlyMap<string, (one: bigint, other: bigint) => boolean> = new Map([
  ['==', (one, other) => one === other],
  ['!=', (one, other) => one !== other],
  ['<', (one, other) => one < other],
  ['>', (one, other) => one > other],
  ['<=', (one, other) => one <= other],
  ['>=', (one, other) => one >= other],
]);
const operations: ReadonlyMap<string, (one: bigint, other: bigint) => bigint> = new Map([
  ['+', (one, other) => one + other],
  ['-', (one, other) => one - other],
  ['*', (one, other) => one * other],
  ['/', (one, other) => one / other],
  ['%', (one, other) => one % other],
  ['&', (one, other) => one & other],
  ['|', (one, other) => one | other],
  ['^', (one, other) => one ^ other],
]);

/** An operator of two operands, as C computes it. Throws `usage` for what C does not allow. */
export function computed(
  operator: string,
  left: ComputedValue,
  right: ComputedValue,
  { wordSizeInBytes, column }: Arithmetic,
): ComputedValue {
  const ofPointers = computedOfPointers(operator, left, right, { wordSizeInBytes, column });
  if (ofPointers !== undefined) {
    return ofPointers;
  }
  const one = promoted(left, column);
  const other = promoted(right, column);
  if (operator === '<<' || operator === '>>') {
    const { value } = right;
    if (value < 0n || value >= BigInt(one.sizeInBytes * 8)) {
      const advice = one.sizeInBytes < 8 ? ' of an int; a number like 1UL has 64' : '';
      throw expressionError(
        column,
        `${operator} ${value}`,
        `0 to ${one.sizeInBytes * 8 - 1} bits${advice}`,
      );
    }
    const shifted = operator === '<<' ? left.value << value : left.value >> value;
    return integer(shifted, one, wordSizeInBytes);
  }
  const type = common(one, other);
  const [a, b] = [wrapped(left.value, type), wrapped(right.value, type)];
  const compare = comparisons.get(operator);
  if (compare !== undefined) {
    return truth(compare(a, b), wordSizeInBytes);
  }
  if (b === 0n && (operator === '/' || operator === '%')) {
    throw expressionError(column, `${operator} 0`, 'a divisor other than 0');
  }
  const operation = operations.get(operator);
  if (operation === undefined) {
    throw expressionError(column, operator, 'an operator of C');
  }
  return integer(operation(a, b), type, wordSizeInBytes);
}

/** Undefined where neither is a pointer. */
function computedOfPointers(
  operator: string,
  left: ComputedValue,
  right: ComputedValue,
  { wordSizeInBytes, column }: Arithmetic,
): ComputedValue | undefined {
  const [isLeft, isRight] = [left, right].map(({ type }) => type.type?.kind === 'pointer');
  if (isLeft !== true && isRight !== true) {
    return undefined;
  }
  const bits = wordSizeInBytes * 8;
  const compare = comparisons.get(operator);
  if (compare !== undefined) {
    const [a, b] = [left.value, right.value].map((value) => BigInt.asUintN(bits, value));
    return truth(compare(a ?? 0n, b ?? 0n), wordSizeInBytes);
  }
  if (operator === '-' && isLeft && isRight) {
    const size = stepOf(left, wordSizeInBytes, column);
    if (size !== stepOf(right, wordSizeInBytes, column)) {
      throw expressionError(column, operator, 'two pointers to the same type');
    }
    const difference = BigInt.asIntN(bits, left.value - right.value) / size;
    return integer(
      difference,
      { kind: 'integer', sizeInBytes: wordSizeInBytes, isSigned: true },
      wordSizeInBytes,
    );
  }
  const isSum = operator === '+' && isLeft !== isRight;
  if (!isSum && !(operator === '-' && isLeft)) {
    throw expressionError(
      column,
      operator,
      'a sum, a difference or a comparison of pointers; a cast to (unsigned long) allows the rest',
    );
  }
  const [base, count] = isLeft ? [left, right] : [right, left];
  promoted(count, column);
  const distance = count.value * stepOf(base, wordSizeInBytes, column);
  return pointer(base.value + (operator === '-' ? -distance : distance), base.type, bits);
}

/** How far 1 moves a pointer: the size of its target; 1 for `void *`, as gcc has it. */
function stepOf({ type }: ComputedValue, wordSizeInBytes: number, column: number): bigint {
  const target = targetOf(type, wordSizeInBytes);
  if (target.type === null) {
    return 1n;
  }
  if (target.sizeInBytes === null) {
    throw expressionError(column, printable(type.text), 'a pointer to a type of known size');
  }
  return BigInt(target.sizeInBytes || 1);
}
