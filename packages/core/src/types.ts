/** The bits of a bit-field within its member's bytes. */
export interface BitField {
  /** Counted from the first byte's lowest bit in little endian, from its highest in big endian. */
  readonly firstBit: number;
  readonly sizeInBits: number;
}

/** The type of a member, an element or a pointer's target, without typedefs and qualifiers. */
export type ValueType =
  | {
      readonly kind: 'integer';
      readonly sizeInBytes: number;
      readonly isSigned: boolean;
      /** True for `bool`, where the source says so. */
      readonly isBoolean?: boolean;
    }
  | { readonly kind: 'float'; readonly sizeInBytes: number }
  | {
      readonly kind: 'enumeration';
      /** Null for a nameless type. */
      readonly name: string | null;
      readonly sizeInBytes: number;
      /** By name, where the source says so; `enumeratorOf` has the name of a value. */
      readonly values?: ReadonlyMap<string, bigint>;
    }
  /** `to` is null for `void`, and where the source does not say. */
  | { readonly kind: 'pointer'; readonly to: ValueType | null }
  | { readonly kind: 'array'; readonly of: ValueType | null; readonly count: number }
  | { readonly kind: 'struct' | 'union'; readonly struct: StructType }
  | {
      readonly kind: 'function';
      /** Where the source says so. */
      readonly prototype?: FunctionPrototype;
    };

/** A type as C source writes it, with its typedefs and qualifiers. */
export interface DeclaredType {
  /**
   * The type alone: `struct list_head *`, `pid_t`, `const char *[9]`, `int (*)(struct device *)`. A
   * nameless structure is `struct {...}`. Names come from the dump: escape them for a terminal.
   */
  readonly text: string;
  /** The declaration of something of this type, without a semicolon: `const char *names[9]`. */
  declare(name: string): string;
  /** Null for `void`, a function, and where the source does not say. */
  readonly sizeInBytes: number | null;
  /** Without typedefs and qualifiers. Null for `void`, and where the source does not say. */
  readonly type: ValueType | null;
}

/** What a function takes and returns. */
export interface FunctionPrototype {
  readonly returns: DeclaredType;
  /** `name` is empty where the source has none. */
  readonly parameters: readonly { readonly name: string; readonly type: DeclaredType }[];
  /** Whether `...` follows the parameters. */
  readonly isVariadic: boolean;
}

/** A function of the kernel. */
export interface FunctionType {
  readonly name: string;
  /** The name of the source, as in `TypeTable`. */
  readonly from: string;
  readonly type: DeclaredType;
  readonly prototype: FunctionPrototype;
}

/** A variable whose type the source knows: in BTF, a per-CPU one. */
export interface VariableType {
  readonly name: string;
  /** The name of the source, as in `TypeTable`. */
  readonly from: string;
  readonly type: DeclaredType;
  /** `.data..percpu`; null where the source has none. */
  readonly section: string | null;
  /** Its offset in that section as the source has it; null as `section` is. */
  readonly offsetInSection: number | null;
}

/** A member of a structure. */
export interface StructMember {
  /** Empty for a nameless one. */
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
  /** Its type as written. Not there where the source does not say. Getting it may read memory. */
  readonly declared?: DeclaredType | undefined;
}

/** The layout of a structure or union in one kernel. */
export interface StructType {
  /** Empty for a nameless one. */
  readonly name: string;
  /** Not there where the source does not say. */
  readonly kind?: 'struct' | 'union' | undefined;
  /** The source of the size; each member names its own. */
  readonly from: string;
  /** Null where the source does not say. */
  readonly sizeInBytes: number | null;
  /**
   * A member, including those of nameless structures within, or one by a dotted path
   * (`tasks.next`). Undefined where there is none.
   */
  member(path: string): StructMember | undefined;
  /**
   * The direct members in their order. A nameless structure within is one member, whose `type` has
   * its own. Empty where the source does not list them all; not there where it never does.
   */
  members?(): readonly StructMember[];
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
   * True where a part of the source is lost: then what it does not have may still exist. Absent
   * where nothing is.
   */
  readonly isPartial?: boolean;
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
  /**
   * Whether the source has several different types of that name, so that it gives none. No other
   * source is asked then: it may have one of them only. Absent where the source cannot know.
   */
  hasSeveral?(name: string): boolean;
  /**
   * A type by its name in C: `pid_t`, `unsigned long`, `struct task_struct *`, `const char *[9]`.
   * A function's type has no such name. Undefined where it is unknown, or where several different
   * ones have that name.
   */
  type?(name: string): DeclaredType | undefined;
  /** The tags of structures and unions, each once, in no order. Not there where none are listed. */
  tags?(): Iterable<string>;
  /** Undefined where it is unknown, or where several different functions have that name. */
  functionType?(name: string): FunctionType | undefined;
  /** As `functionType`. */
  variableType?(name: string): VariableType | undefined;
}

/** The first name of a value in an enumeration; undefined where none has it. */
export function enumeratorOf(
  values: ReadonlyMap<string, bigint>,
  value: bigint,
): string | undefined {
  for (const [name, each] of values) {
    if (each === value) {
      return name;
    }
  }
  return undefined;
}
