import type { DeclaredType, ValueType } from '../types.ts';

/** Pointers to pointers, and dimensions; a hostile source could nest without end. */
const maxNesting = 32;
const charName = /^(?:const |volatile )*(?:(?:un)?signed )?char\b/;

/** The size of a value; null for `void`, a function, and where the source does not say. */
export function sizeOfType(
  type: ValueType | null,
  wordSizeInBytes: number,
  nesting: number = maxNesting,
): number | null {
  switch (type?.kind) {
    case 'integer':
    case 'float':
    case 'enumeration':
      return type.sizeInBytes;
    case 'pointer':
      return wordSizeInBytes;
    case 'array': {
      const size = nesting > 0 ? sizeOfType(type.of, wordSizeInBytes, nesting - 1) : null;
      return size === null ? null : size * type.count;
    }
    case 'struct':
    case 'union':
      return type.struct.sizeInBytes;
    default:
      return null;
  }
}

/**
 * A type in the words of C, where its source keeps no typedefs and qualifiers. Its text is given,
 * or made from what it is.
 */
export function plainType(
  type: ValueType | null,
  wordSizeInBytes: number,
  text?: string,
): DeclaredType {
  const declare = (name: string) =>
    text === undefined ? declaration(type, name, wordSizeInBytes) : declared(text, name);
  return { text: declare(''), type, sizeInBytes: sizeOfType(type, wordSizeInBytes), declare };
}

/** What a pointer of that type leads to. */
export function targetOf({ text, type }: DeclaredType, wordSizeInBytes: number): DeclaredType {
  const to = type?.kind === 'pointer' ? type.to : null;
  const written = /^([^(]*?) ?\*$/.exec(text)?.[1];
  return plainType(to, wordSizeInBytes, written);
}

/** An element of an array of that type. */
export function elementOf({ text, type }: DeclaredType, wordSizeInBytes: number): DeclaredType {
  const of = type?.kind === 'array' ? type.of : null;
  const parts = /^([^(]*?) ?\[\d*\](.*)$/.exec(text);
  const rest = parts?.[2] ?? '';
  const written = parts === null ? undefined : `${parts[1]}${rest === '' ? '' : ` ${rest}`}`;
  return plainType(of, wordSizeInBytes, written);
}

/** A pointer to that type. */
export function pointerTo({ text, type }: DeclaredType, wordSizeInBytes: number): DeclaredType {
  return plainType({ kind: 'pointer', to: type }, wordSizeInBytes, pointerText(text));
}

/** Whether C would print such elements as text. */
export function isCharacter({ text, type }: DeclaredType): boolean {
  return type?.kind === 'integer' && type.sizeInBytes === 1 && charName.test(text);
}

function pointerText(text: string): string {
  return /[[(]/.test(text) ? declared(text, '(*)') : `${text}${text.endsWith('*') ? '' : ' '}*`;
}

/** Puts a name where C has it: within a pointer's parentheses, or before the first dimension. */
function declared(text: string, name: string): string {
  if (name === '') {
    return text;
  }
  const stars = /\(\*+/.exec(text);
  if (stars !== null) {
    const at = stars.index + stars[0].length;
    return `${text.slice(0, at)}${name}${text.slice(at)}`;
  }
  const bracket = text.search(/[[(]/);
  const end = bracket < 0 ? text.length : bracket;
  const start = text.slice(0, end).trimEnd();
  return `${start}${start.endsWith('*') ? '' : ' '}${name}${text.slice(end)}`;
}

/** `inner` is what C writes around the name: its pointers and dimensions. */
function declaration(
  type: ValueType | null,
  inner: string,
  wordSizeInBytes: number,
  nesting: number = maxNesting,
): string {
  if (nesting === 0) {
    return `... ${inner}`;
  }
  if (type?.kind === 'pointer') {
    const isBound = type.to?.kind === 'array' || type.to?.kind === 'function';
    const pointed = isBound ? `(*${inner})` : `*${inner}`;
    return declaration(type.to, pointed, wordSizeInBytes, nesting - 1);
  }
  if (type?.kind === 'array') {
    return declaration(type.of, `${inner}[${type.count}]`, wordSizeInBytes, nesting - 1);
  }
  if (type?.kind === 'function') {
    return `void ${inner}()`;
  }
  const name = nameOf(type, wordSizeInBytes);
  return inner === '' ? name : `${name} ${inner}`;
}

function nameOf(
  type: Exclude<ValueType, { kind: 'pointer' | 'array' | 'function' }> | null,
  wordSizeInBytes: number,
): string {
  switch (type?.kind) {
    case 'integer':
      return integerText(type, wordSizeInBytes);
    case 'float':
      return type.sizeInBytes === 4 ? 'float' : type.sizeInBytes === 8 ? 'double' : 'long double';
    case 'enumeration':
      return `enum ${type.name ?? '{...}'}`;
    case 'struct':
    case 'union':
      return `${type.kind} ${type.struct.name || '{...}'}`;
    default:
      return 'void';
  }
}

function integerText(
  { sizeInBytes, isSigned, isBoolean }: Extract<ValueType, { kind: 'integer' }>,
  wordSizeInBytes: number,
): string {
  if (isBoolean === true) {
    return '_Bool';
  }
  const name =
    sizeInBytes === wordSizeInBytes
      ? 'long'
      : ({ 1: 'char', 2: 'short', 4: 'int', 8: 'long long', 16: '__int128' }[sizeInBytes] ?? 'int');
  return isSigned ? name : `unsigned ${name}`;
}
