import {
  type DeclaredType,
  elementOf,
  type Kernel,
  type KernelObject,
  plainType,
  pointerTo,
  printable,
  type ValueType,
} from '@vmcorekit/core';
import { expressionError } from './tokens.ts';

/** A value that was computed: an integer, or a pointer. */
export interface ComputedValue {
  readonly kind: 'number';
  readonly value: bigint;
  readonly type: DeclaredType;
}

/** What an expression yields: something in memory, or a value. */
export type Value = ComputedValue | { readonly kind: 'object'; readonly object: KernelObject };

type Integer = Extract<ValueType, { kind: 'integer' }>;

const int: Integer = { kind: 'integer', sizeInBytes: 4, isSigned: true };

/** An integer of that type, wrapped as C does. */
export function integer(value: bigint, type: Integer, wordSizeInBytes: number): ComputedValue {
  return { kind: 'number', value: wrapped(value, type), type: plainType(type, wordSizeInBytes) };
}

export function truth(holds: boolean, wordSizeInBytes: number): ComputedValue {
  return integer(holds ? 1n : 0n, int, wordSizeInBytes);
}

export function pointer(value: bigint, type: DeclaredType, bits: number): ComputedValue {
  return { kind: 'number', value: BigInt.asUintN(bits, value), type };
}

/** The type of a literal: `int` where it fits, else 8 bytes. */
export function literalType({
  value,
  isUnsigned,
  isLong,
}: {
  readonly value: bigint;
  readonly isUnsigned: boolean;
  readonly isLong: boolean;
}): Integer {
  const isSmall = !isLong && value < (isUnsigned ? 1n << 32n : 1n << 31n);
  return { kind: 'integer', sizeInBytes: isSmall ? 4 : 8, isSigned: !isUnsigned };
}

/**
 * The value that C reads: arrays become pointers to their first element. Throws `usage` for a
 * structure.
 */
export function loaded(value: Value, wordSizeInBytes: number, column: number): ComputedValue {
  if (value.kind === 'number') {
    return value;
  }
  const { object } = value;
  const { type, text } = object.type;
  switch (type?.kind) {
    case 'integer':
    case 'enumeration':
    case 'pointer':
      return { kind: 'number', value: object.bigint(), type: object.type };
    case 'array': {
      const to = pointerTo(elementOf(object.type, wordSizeInBytes), wordSizeInBytes);
      return { kind: 'number', value: object.address, type: to };
    }
    case 'function':
      return {
        kind: 'number',
        value: object.address,
        type: pointerTo(object.type, wordSizeInBytes),
      };
    default:
      throw expressionError(
        column,
        `${object.name}, a ${printable(text)}`,
        'a value: name a member',
      );
  }
}

/** What an operand of arithmetic becomes before it is used: at least an `int`. */
export function promoted(value: ComputedValue, column: number): Integer {
  const { type, text } = value.type;
  if (type?.kind === 'enumeration') {
    return type.sizeInBytes <= 4
      ? { ...int, isSigned: value.value < 0n }
      : { ...int, sizeInBytes: 8 };
  }
  if (type?.kind !== 'integer') {
    throw expressionError(column, printable(text), 'an integer');
  }
  return type.sizeInBytes < 4 ? int : type;
}

/** C's usual arithmetic conversions: the larger type; of two equal ones, the unsigned. */
export function common(one: Integer, other: Integer): Integer {
  const sizeInBytes = Math.max(one.sizeInBytes, other.sizeInBytes);
  const isSigned = [one, other]
    .filter((each) => each.sizeInBytes === sizeInBytes)
    .every((each) => each.isSigned);
  return { kind: 'integer', sizeInBytes, isSigned };
}

export function wrapped(value: bigint, { sizeInBytes, isSigned, isBoolean }: Integer): bigint {
  if (isBoolean === true) {
    return value === 0n ? 0n : 1n;
  }
  return isSigned ? BigInt.asIntN(sizeInBytes * 8, value) : BigInt.asUintN(sizeInBytes * 8, value);
}

/** The number that C reads of a value. Throws `usage` for a structure. */
export function loadedValue({ memory }: Pick<Kernel, 'memory'>, value: Value): bigint {
  return loaded(value, memory.wordSizeInBits / 8, 1).value;
}
