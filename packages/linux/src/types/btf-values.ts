import type { DeclaredType, FunctionPrototype, StructType, ValueType } from '@vmcorekit/core';
import { btfKind } from './btf-kinds.ts';
import type { BtfRecord, BtfRecords } from './btf-records.ts';

/** Typedefs and qualifiers before a type, and dimensions of an array: Linux has fewer than ten. */
const maxChain = 32;
/** No structure, and no array in one, is larger. */
export const maxSizeInBytes: number = 16 * 1024 * 1024;
const qualifiers: ReadonlySet<number> = new Set([
  btfKind.TYPEDEF,
  btfKind.VOLATILE,
  btfKind.CONST,
  btfKind.RESTRICT,
  btfKind.TYPE_TAG,
]);
const signed = 1;
const boolean = 4;

/** What a structure needs to know about its file. */
export interface BtfFile {
  readonly from: string;
  readonly wordSizeInBytes: number;
  /** The structure or union whose record has that id. */
  structAt(id: number): StructType;
  /** The type with that id as C writes it. */
  declaredAt(id: number): DeclaredType;
  /** What a function with that FUNC_PROTO record takes and returns. */
  prototypeAt(id: number): FunctionPrototype | undefined;
  /** The values of the enumeration with that id, by name; undefined where there are too many. */
  valuesAt(id: number): ReadonlyMap<string, bigint> | undefined;
  /** What `look` returns; undefined, with a remark, where it meets what cannot be read. */
  attempt<Result>(look: () => Result): Result | undefined;
}

/**
 * A type without typedefs and qualifiers. Undefined for `void`, an unknown type, and an endless
 * chain.
 */
export function stripped(records: BtfRecords, id: number): BtfRecord | undefined {
  let record = records.record(id);
  for (let step = 0; record !== undefined && qualifiers.has(record.kind); step++) {
    record = step < maxChain ? records.record(record.sizeOrType) : undefined;
  }
  return record;
}

/** The length of a type's value; undefined where it is not known. */
export function sizeOf(
  records: BtfRecords,
  id: number,
  { wordSizeInBytes }: Pick<BtfFile, 'wordSizeInBytes'>,
): number | undefined {
  let count = 1;
  let record = stripped(records, id);
  for (let step = 0; record?.kind === btfKind.ARRAY; step++) {
    count *= record.word(2);
    record = step < maxChain ? stripped(records, record.word(0)) : undefined;
  }
  const size = record === undefined ? undefined : sizeOfOne(record, wordSizeInBytes);
  return size === undefined || size * count > maxSizeInBytes ? undefined : size * count;
}

function sizeOfOne({ kind, sizeOrType }: BtfRecord, wordSizeInBytes: number): number | undefined {
  switch (kind) {
    case btfKind.PTR:
      return wordSizeInBytes;
    case btfKind.INT:
    case btfKind.FLOAT:
    case btfKind.STRUCT:
    case btfKind.UNION:
    case btfKind.ENUM:
    case btfKind.ENUM64:
      return sizeOrType;
    default:
      return undefined;
  }
}

/**
 * The number of an integer's bits, and the first one. Bit-fields that are not flagged as such have
 * fewer bits than their bytes.
 */
export function integerBits(record: BtfRecord): { readonly first: number; readonly count: number } {
  const encoding = record.word(0);
  return { first: (encoding >>> 16) & 0xff, count: encoding & 0xff };
}

/**
 * A type as callers see it. Types that it leads to are read when asked for. Null where the type is
 * not known.
 */
export function valueType(records: BtfRecords, id: number, file: BtfFile): ValueType | null {
  const record = stripped(records, id);
  if (record === undefined) {
    return null;
  }
  const { kind, sizeOrType: sizeInBytes } = record;
  switch (kind) {
    case btfKind.INT: {
      const encoding = record.word(0) >>> 24;
      return {
        kind: 'integer',
        sizeInBytes,
        isSigned: (encoding & signed) !== 0,
        ...((encoding & boolean) === 0 ? {} : { isBoolean: true }),
      };
    }
    case btfKind.FLOAT:
      return { kind: 'float', sizeInBytes };
    case btfKind.ENUM:
    case btfKind.ENUM64:
      return {
        kind: 'enumeration',
        name: records.name(record.nameOffset) || null,
        sizeInBytes,
        get values() {
          return file.attempt(() => file.valuesAt(record.id)) ?? new Map();
        },
      };
    case btfKind.PTR:
      return {
        kind: 'pointer',
        get to() {
          return file.attempt(() => valueType(records, record.sizeOrType, file)) ?? null;
        },
      };
    case btfKind.ARRAY:
      return {
        kind: 'array',
        count: record.word(2),
        get of() {
          return file.attempt(() => valueType(records, record.word(0), file)) ?? null;
        },
      };
    case btfKind.STRUCT:
    case btfKind.UNION:
      return {
        kind: kind === btfKind.STRUCT ? 'struct' : 'union',
        struct: file.structAt(record.id),
      };
    case btfKind.FUNC_PROTO: {
      const getPrototype = () => file.attempt(() => file.prototypeAt(record.id));
      return Object.defineProperty({ kind: 'function' } as const, 'prototype', {
        get: getPrototype,
        enumerable: true,
      });
    }
    default:
      return null;
  }
}
