import { type DeclaredType, plainType, type TypeTable, type ValueType } from '@vmcorekit/core';
import { parseTypeName } from './c-type-name.ts';
import { derivedType } from './derived-type.ts';

/** The bytes of C's integers, but of `long`, which has a word. */
const integerSizes: ReadonlyMap<string, number> = new Map([
  ['char', 1],
  ['short', 2],
  ['int', 4],
  ['long long', 8],
  ['__int128', 16],
]);

/**
 * A type by its name in C, from a source that has structures and enumerations by their names, but
 * no other types: DWARF and ISF as they are read here. Typedefs of other types are unknown.
 */
export function namedType(
  table: TypeTable,
  name: string,
  wordSizeInBits: 32 | 64,
): DeclaredType | undefined {
  const parsed = parseTypeName(name);
  const wordSizeInBytes = wordSizeInBits / 8;
  if (parsed === undefined) {
    return undefined;
  }
  const { names, tag, qualifiers, derivations } = parsed;
  const [first = ''] = names;
  const type =
    (tag === null ? integer(first, wordSizeInBytes) : undefined) ??
    (tag === 'enum' ? undefined : structure(table, first, tag)) ??
    (tag === 'enum' || tag === null ? enumeration(table, first) : undefined);
  if (type !== undefined) {
    return derivedType(plainType(type, wordSizeInBytes), qualifiers, derivations, wordSizeInBytes);
  }
  return tag === null && first === 'void' && derivations[0]?.kind === 'pointer'
    ? derivedType(plainType(null, wordSizeInBytes), qualifiers, derivations, wordSizeInBytes)
    : undefined;
}

function integer(name: string, wordSizeInBytes: number): ValueType | undefined {
  const isUnsigned = name.startsWith('unsigned ');
  const plain = name.replace(/^(?:un)?signed /, '');
  const sizeInBytes = plain === 'long' ? wordSizeInBytes : integerSizes.get(plain);
  return sizeInBytes === undefined
    ? undefined
    : { kind: 'integer', sizeInBytes, isSigned: !isUnsigned };
}

function structure(
  table: TypeTable,
  name: string,
  tag: 'struct' | 'union' | null,
): ValueType | undefined {
  const struct = table.struct(name);
  const kind = struct?.kind;
  return struct === undefined || kind === undefined || (tag !== null && tag !== kind)
    ? undefined
    : { kind, struct };
}

/** The compiler gives an enumeration the size of an int, where all its values fit. */
function enumeration(table: TypeTable, name: string): ValueType | undefined {
  const values = table.enumeration(name);
  const isSmall = [...(values?.values() ?? [])].every(
    (value) => value >= -(2n ** 31n) && value < 2n ** 32n,
  );
  return values === undefined
    ? undefined
    : { kind: 'enumeration', name, sizeInBytes: isSmall ? 4 : 8, values };
}
