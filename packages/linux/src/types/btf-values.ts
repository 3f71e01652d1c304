import type { StructType, ValueType } from '@vmcorekit/core';
import { type BtfRecord, type BtfRecords, btfKind, recordHeadInBytes } from './btf-records.ts';

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

/** What a structure needs to know about its file. */
export interface BtfFile {
  readonly from: string;
  readonly wordSizeInBytes: number;
  /** The structure or union whose record has that id. */
  structAt(id: number): StructType;
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
    const { types } = records;
    count *= types.uint32(record.at + recordHeadInBytes + 8);
    record =
      step < maxChain ? stripped(records, types.uint32(record.at + recordHeadInBytes)) : undefined;
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
export function integerBits(
  { types }: BtfRecords,
  { at }: BtfRecord,
): { readonly first: number; readonly count: number } {
  const encoding = types.uint32(at + recordHeadInBytes);
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
  const { kind, at, sizeOrType: sizeInBytes } = record;
  switch (kind) {
    case btfKind.INT:
      return {
        kind: 'integer',
        sizeInBytes,
        isSigned: ((records.types.uint32(at + recordHeadInBytes) >>> 24) & signed) !== 0,
      };
    case btfKind.FLOAT:
      return { kind: 'float', sizeInBytes };
    case btfKind.ENUM:
    case btfKind.ENUM64:
      return { kind: 'enumeration', name: records.name(record.nameOffset) || null, sizeInBytes };
    case btfKind.PTR:
      return {
        kind: 'pointer',
        get to() {
          return valueType(records, record.sizeOrType, file);
        },
      };
    case btfKind.ARRAY:
      return {
        kind: 'array',
        count: records.types.uint32(at + recordHeadInBytes + 8),
        get of() {
          return valueType(records, records.types.uint32(at + recordHeadInBytes), file);
        },
      };
    case btfKind.STRUCT:
    case btfKind.UNION:
      return {
        kind: kind === btfKind.STRUCT ? 'struct' : 'union',
        struct: file.structAt(record.id),
      };
    case btfKind.FUNC_PROTO:
      return { kind: 'function' };
    default:
      return null;
  }
}
