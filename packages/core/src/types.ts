/** The bits of a bit-field within its member's bytes. */
export interface BitField {
  /** Counted from the first byte's lowest bit in little endian, from its highest in big endian. */
  readonly firstBit: number;
  readonly sizeInBits: number;
}

/** What a member, an element or the target of a pointer is, without its typedefs and qualifiers. */
export type ValueType =
  | { readonly kind: 'integer'; readonly sizeInBytes: number; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly sizeInBytes: number }
  /** `name` is null where it has none. */
  | { readonly kind: 'enumeration'; readonly name: string | null; readonly sizeInBytes: number }
  /** `to` is null for `void`, and where the source does not say. */
  | { readonly kind: 'pointer'; readonly to: ValueType | null }
  | { readonly kind: 'array'; readonly of: ValueType | null; readonly count: number }
  | { readonly kind: 'struct' | 'union'; readonly struct: StructType }
  | { readonly kind: 'function' };

/** A member of a structure. */
export interface StructMember {
  readonly name: string;
  /** The source that gives the offset, as its `TypeTable` is named. */
  readonly from: string;
  /** From the start of the structure that was asked; of a bit-field, the byte of its first bit. */
  readonly offsetInBytes: number;
  /** Null where the source does not say. Asked for, it may read. */
  readonly sizeInBytes: number | null;
  /**
   * Null for a member of whole bytes, and where the source does not say. Asked for, it may read.
   */
  readonly bits: BitField | null;
  /** Null where the source does not say. Asked for, it may read. */
  readonly type: ValueType | null;
}

/** A structure's layout, or a union's, in one kernel. */
export interface StructType {
  /** Empty where it has none. */
  readonly name: string;
  /** The source that gives the size; each member names its own. */
  readonly from: string;
  /** Null where the source does not say. */
  readonly sizeInBytes: number | null;
  /**
   * A member, also one of a nameless structure within, or one by a path with dots (`tasks.next`);
   * undefined where there is none.
   */
  member(path: string): StructMember | undefined;
}

/** The types of one kernel. */
export interface TypeTable {
  /** How messages name the source: `VMCOREINFO`, `BTF`. */
  readonly from: string;
  /**
   * What went wrong so far: a source that cannot be read, sources that contradict each other. A
   * sentence each.
   */
  readonly remarks: readonly string[];
  /**
   * A structure or a union by its tag, or by a typedef of it; undefined where it is not known, or
   * where the kernel has several of that name that differ.
   */
  struct(name: string): StructType | undefined;
  /**
   * An enumeration's values by name; undefined where it is not known, or several of that name
   * differ.
   */
  enumeration(name: string): ReadonlyMap<string, bigint> | undefined;
}
