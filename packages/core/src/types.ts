/** A member of a structure. */
export interface StructMember {
  readonly name: string;
  readonly offsetInBytes: number;
  /** Null where the source does not say. */
  readonly sizeInBytes: number | null;
}

/** A structure's layout in one kernel. */
export interface StructType {
  readonly name: string;
  /** Null where the source does not say. */
  readonly sizeInBytes: number | null;
  /** A member, or one within a member by a path with dots (`tasks.next`); undefined where there is none. */
  member(path: string): StructMember | undefined;
}

/** The types of one kernel. */
export interface TypeTable {
  /** How messages name the source: `VMCOREINFO`, `BTF`. */
  readonly from: string;
  struct(name: string): StructType | undefined;
  /** An enumeration's values by name; undefined where it is not known. */
  enumeration(name: string): ReadonlyMap<string, bigint> | undefined;
}
