import type { DeclaredType, ValueType } from '@vmcorekit/core';
import type { Derivation } from './c-type-name.ts';
import { derivedType } from './derived-type.ts';

/** Pointers to pointers, and dimensions; a hostile source could nest without end. */
const maxDerivations = 64;
const integerNames: ReadonlyMap<number, string> = new Map([
  [1, 'char'],
  [2, 'short'],
  [4, 'int'],
  [8, 'long'],
  [16, '__int128'],
]);

/** A type in the words of C, where its source keeps no typedefs and qualifiers. */
export function declaredValue(type: ValueType, wordSizeInBytes: number): DeclaredType {
  const derivations: Derivation[] = [];
  let base: ValueType | null = type;
  while (
    (base?.kind === 'pointer' || base?.kind === 'array') &&
    derivations.length < maxDerivations
  ) {
    derivations.unshift(
      base.kind === 'pointer'
        ? { kind: 'pointer', qualifiers: '' }
        : { kind: 'array', count: base.count },
    );
    base = base.kind === 'pointer' ? base.to : base.of;
  }
  return derivedType(plainType(base), '', derivations, wordSizeInBytes);
}

function plainType(type: ValueType | null): DeclaredType {
  const text = nameOf(type);
  return {
    text,
    declare: (name) => (name === '' ? text : `${text} ${name}`),
    sizeInBytes: sizeOf(type),
    type,
  };
}

function nameOf(type: ValueType | null): string {
  switch (type?.kind) {
    case 'integer': {
      const name = integerNames.get(type.sizeInBytes) ?? 'int';
      return type.isBoolean === true ? '_Bool' : type.isSigned ? name : `unsigned ${name}`;
    }
    case 'float':
      return type.sizeInBytes > 4 ? 'double' : 'float';
    case 'enumeration':
      return `enum ${type.name ?? '{...}'}`;
    case 'struct':
    case 'union':
      return `${type.kind} ${type.struct.name || '{...}'}`;
    default:
      return 'void';
  }
}

function sizeOf(type: ValueType | null): number | null {
  switch (type?.kind) {
    case 'integer':
    case 'float':
    case 'enumeration':
      return type.sizeInBytes;
    case 'struct':
    case 'union':
      return type.struct.sizeInBytes;
    default:
      return null;
  }
}
