import type { DescribedStruct, ValueType } from '@vmcorekit/core';
import { attribute, encoding, tag } from './constants.ts';
import { type DebugInfo, type Entry, numberOf, referenceOf } from './debug-info.ts';

/** Typedefs and qualifiers before a type: Linux has fewer than ten. */
const maxChain = 32;
const qualifiers: ReadonlySet<number> = new Set([
  tag.typedef,
  tag.const_type,
  tag.volatile_type,
  tag.restrict_type,
  tag.atomic_type,
]);
/** 2^64 - 1 and -1 both stand for an array without elements. */
const noUpperBounds: ReadonlySet<bigint> = new Set([-1n, (1n << 32n) - 1n, (1n << 64n) - 1n]);
const maxBasicInBytes = 16;

/** What values need to know about their file. */
export interface DwarfFile {
  readonly from: string;
  readonly wordSizeInBits: 32 | 64;
  readonly info: DebugInfo;
  structOf(entry: Entry): DescribedStruct;
  /** The definition of what is only declared; undefined where it is not known for sure. */
  defined(name: string): DescribedStruct | undefined;
}

/** The type that an entry has, without typedefs and qualifiers; undefined for `void`. */
export function typeOf(info: DebugInfo, entry: Entry): Entry | undefined {
  let type = next(info, entry);
  for (let step = 0; type !== undefined && qualifiers.has(type.tag); step++) {
    type = step < maxChain ? next(info, type) : undefined;
  }
  return type;
}

function next(info: DebugInfo, { attributes }: Entry): Entry | undefined {
  const reference = referenceOf(attributes.get(attribute.type));
  return reference === undefined ? undefined : info.entry(reference);
}

/** The type of a member, a variable, …, as callers see it; null where it is not known. */
export function valueTypeOf(file: DwarfFile, entry: Entry): ValueType | null {
  const type = typeOf(file.info, entry);
  return type === undefined ? null : valueTypeAt(file, type);
}

function valueTypeAt(file: DwarfFile, type: Entry): ValueType | null {
  switch (type.tag) {
    case tag.base_type:
      return basicType(type);
    case tag.pointer_type:
      return {
        kind: 'pointer',
        get to() {
          return valueTypeOf(file, type);
        },
      };
    case tag.array_type:
      return arrayType(file, type, dimensionsOf(file.info, type));
    case tag.enumeration_type: {
      const sizeInBytes = numberOf(type.attributes.get(attribute.byte_size));
      const name = file.info.nameOf(type) ?? null;
      return sizeInBytes === undefined ? null : { kind: 'enumeration', name, sizeInBytes };
    }
    case tag.structure_type:
    case tag.class_type:
    case tag.union_type: {
      const struct = type.attributes.has(attribute.declaration)
        ? file.defined(file.info.nameOf(type) ?? '')
        : file.structOf(type);
      const kind = type.tag === tag.union_type ? 'union' : 'struct';
      return struct === undefined ? null : { kind, struct };
    }
    case tag.subroutine_type:
      return { kind: 'function' };
    default:
      return null;
  }
}

function basicType({ attributes }: Entry): ValueType | null {
  const sizeInBytes = numberOf(attributes.get(attribute.byte_size)) ?? 0;
  if (sizeInBytes === 0 || sizeInBytes > maxBasicInBytes) {
    return null;
  }
  switch (numberOf(attributes.get(attribute.encoding))) {
    case encoding.signed:
    case encoding.signed_char:
      return { kind: 'integer', sizeInBytes, isSigned: true };
    case encoding.boolean:
    case encoding.unsigned:
    case encoding.unsigned_char:
    case encoding.utf:
      return { kind: 'integer', sizeInBytes, isSigned: false };
    case encoding.float:
      return { kind: 'float', sizeInBytes };
    default:
      return null;
  }
}

function arrayType(
  file: DwarfFile,
  array: Entry,
  [count, ...inner]: readonly number[],
): ValueType | null {
  return {
    kind: 'array',
    count: count ?? 0,
    get of() {
      return inner.length === 0 ? valueTypeOf(file, array) : arrayType(file, array, inner);
    },
  };
}

/** The outermost first. A flexible array has no bound, so no elements. */
function dimensionsOf(info: DebugInfo, array: Entry): number[] {
  const counts: number[] = [];
  for (const { tag: childTag, attributes } of info.children(array)) {
    if (childTag === tag.subrange_type && counts.length < maxChain) {
      const upper = attributes.get(attribute.upper_bound);
      const bound = upper?.kind === 'number' && !noUpperBounds.has(upper.number);
      counts.push(
        numberOf(attributes.get(attribute.count)) ?? (bound ? (numberOf(upper) ?? -1) + 1 : 0),
      );
    }
  }
  return counts;
}
