import type { DeclaredType, ValueType } from './types.ts';

/** Pointers to pointers, and dimensions; a hostile source could nest without end. */
const maxDepth = 64;
const integerNames: ReadonlyMap<number, string> = new Map([
  [1, 'char'],
  [2, 'short'],
  [4, 'int'],
  [8, 'long'],
  [16, '__int128'],
]);

/** A type in the words of C, where its source keeps no typedefs and qualifiers. */
export function declaredValue(type: ValueType, wordSizeInBytes: number): DeclaredType {
  const declare = (name: string) => declaration(type, name, 0);
  return { text: declare(''), declare, sizeInBytes: sizeOf(type, wordSizeInBytes, 0), type };
}

function declaration(type: ValueType | null, inner: string, depth: number): string {
  if (depth > maxDepth) {
    return `... ${inner}`;
  }
  if (type?.kind === 'pointer') {
    const isBound = type.to?.kind === 'array' || type.to?.kind === 'function';
    return declaration(type.to, isBound ? `(*${inner})` : `*${inner}`, depth + 1);
  }
  if (type?.kind === 'array') {
    return declaration(type.of, `${inner}[${type.count}]`, depth + 1);
  }
  if (type?.kind === 'function') {
    return `void ${inner}()`;
  }
  const name = nameOf(type);
  return inner === '' ? name : `${name} ${inner}`;
}

function nameOf(
  type: Exclude<ValueType, { kind: 'pointer' | 'array' | 'function' }> | null,
): string {
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

function sizeOf(type: ValueType | null, wordSizeInBytes: number, depth: number): number | null {
  switch (type?.kind) {
    case 'integer':
    case 'float':
    case 'enumeration':
      return type.sizeInBytes;
    case 'struct':
    case 'union':
      return type.struct.sizeInBytes;
    case 'pointer':
      return wordSizeInBytes;
    case 'array': {
      const size = depth > maxDepth ? null : sizeOf(type.of, wordSizeInBytes, depth + 1);
      return size === null ? null : size * type.count;
    }
    default:
      return null;
  }
}
