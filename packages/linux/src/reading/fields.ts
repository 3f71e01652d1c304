/** How the bytes of a member become a value. */
export type FieldKind = 'number' | 'wide' | 'pointer' | 'text' | 'address' | 'value';

/**
 * A member to read, as data. `Value` is what a reader returns for it. The first path that the
 * structure has counts, because members were renamed between kernels.
 */
export interface Field<Value> {
  readonly kind: FieldKind;
  readonly paths: readonly string[];
  readonly isOptional: boolean;
  /** Never set: it carries the type. */
  readonly value?: Value;
}

/** An integer, enumeration or bit-field of at most 32 bits. */
export function number(...paths: readonly string[]): Field<number> {
  return { kind: 'number', paths, isOptional: false };
}

/** An integer of any width, signed as its type says. */
export function wide(...paths: readonly string[]): Field<bigint> {
  return { kind: 'wide', paths, isOptional: false };
}

/** A pointer, or another word that holds an address. */
export function pointer(...paths: readonly string[]): Field<bigint> {
  return { kind: 'pointer', paths, isOptional: false };
}

/** The UTF-8 text of a `char` array, up to a NUL. */
export function text(...paths: readonly string[]): Field<string> {
  return { kind: 'text', paths, isOptional: false };
}

/** Where the member lies; nothing of it is read. */
export function place(...paths: readonly string[]): Field<bigint> {
  return { kind: 'address', paths, isOptional: false };
}

/** The same; null where this kernel's structure has none of the paths. */
export function optional<Value>(field: Field<Value>): Field<Value | null> {
  const { kind, paths } = field;
  return { kind, paths, isOptional: true };
}
