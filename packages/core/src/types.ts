/** The bits of a bit-field within its member's bytes. */
export interface BitField {
  /** Counted from the first byte's lowest bit in little endian, from its highest in big endian. */
  readonly firstBit: number;
  readonly sizeInBits: number;
}

/** The type of a member, an element or a pointer's target, without typedefs and qualifiers. */
export type ValueType =
  | { readonly kind: 'integer'; readonly sizeInBytes: number; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly sizeInBytes: number }
  /** `name` is null for a nameless type. */
  | { readonly kind: 'enumeration'; readonly name: string | null; readonly sizeInBytes: number }
  /** `to` is null for `void`, and where the source does not say. */
  | { readonly kind: 'pointer'; readonly to: ValueType | null }
  | { readonly kind: 'array'; readonly of: ValueType | null; readonly count: number }
  | { readonly kind: 'struct' | 'union'; readonly struct: StructType }
  | { readonly kind: 'function' };

/** A member of a structure. */
export interface StructMember {
  readonly name: string;
  /** The name of the source of the offset, as in `TypeTable`. */
  readonly from: string;
  /**
   * From the start of the structure that was asked for. Of a bit-field, the byte of its first bit.
   */
  readonly offsetInBytes: number;
  /** Null where the source does not say. Getting it may read memory. */
  readonly sizeInBytes: number | null;
  /**
   * Null for a member of whole bytes, and where the source does not say. Getting it may read
   * memory.
   */
  readonly bits: BitField | null;
  /** Null where the source does not say. Getting it may read memory. */
  readonly type: ValueType | null;
}

/** The layout of a structure or union in one kernel. */
export interface StructType {
  /** Empty for a nameless one. */
  readonly name: string;
  /** The source of the size; each member names its own. */
  readonly from: string;
  /** Null where the source does not say. */
  readonly sizeInBytes: number | null;
  /**
   * A member, including those of nameless structures within, or one by a dotted path
   * (`tasks.next`). Undefined where there is none.
   */
  member(path: string): StructMember | undefined;
}

/** The types of one kernel. */
export interface TypeTable {
  /** The name of the source in messages: `VMCOREINFO`, `BTF`. */
  readonly from: string;
  /**
   * What went wrong so far, a sentence each: a source that cannot be read, sources that contradict
   * each other.
   */
  readonly remarks: readonly string[];
  /**
   * A structure or union by its tag, or by a typedef of it. Undefined where it is unknown, or where
   * the kernel has several different ones of that name.
   */
  struct(name: string): StructType | undefined;
  /**
   * An enumeration's values by name. Undefined where it is unknown, or where several different ones
   * have that name.
   */
  enumeration(name: string): ReadonlyMap<string, bigint> | undefined;
}
