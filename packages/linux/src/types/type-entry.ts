/** A member of a structure, as its record has it. */
export interface MemberEntry {
  /** Empty for a nameless one. */
  readonly name: string;
  /** The id of its type. */
  readonly of: number;
  readonly offsetInBits: number;
  /** 0 for anything but a bit-field. */
  readonly sizeInBits: number;
}

/** A parameter of a function. */
export interface ParameterEntry {
  readonly name: string;
  readonly of: number;
}

/**
 * One type of a kernel, with other types by their ids; 0 is `void`, and stands for what is unknown.
 * A way from type to type always ends, or passes a structure with a name; no structure holds
 * itself.
 */
export type TypeEntry =
  | {
      readonly kind: 'integer';
      readonly name: string;
      readonly sizeInBytes: number;
      readonly isSigned: boolean;
      readonly isBoolean: boolean;
    }
  | { readonly kind: 'float'; readonly name: string; readonly sizeInBytes: number }
  | {
      readonly kind: 'pointer' | 'const' | 'volatile' | 'restrict';
      readonly of: number;
    }
  | { readonly kind: 'typedef'; readonly name: string; readonly of: number }
  | { readonly kind: 'array'; readonly of: number; readonly count: number }
  | {
      readonly kind: 'struct' | 'union';
      /** Empty for a nameless one. */
      readonly name: string;
      readonly sizeInBytes: number;
      /** Each lies within the structure. */
      readonly members: readonly MemberEntry[];
    }
  /** A structure whose layout is not known. */
  | { readonly kind: 'forward'; readonly name: string; readonly isUnion: boolean }
  | {
      readonly kind: 'enumeration';
      readonly name: string;
      readonly sizeInBytes: number;
      readonly values: ReadonlyMap<string, bigint>;
    }
  | {
      readonly kind: 'prototype';
      readonly of: number;
      readonly parameters: readonly ParameterEntry[];
      readonly isVariadic: boolean;
    }
  /** `of` is a prototype. */
  | { readonly kind: 'function'; readonly name: string; readonly of: number }
  | { readonly kind: 'variable'; readonly name: string; readonly of: number };

/** All types of a kernel, by their ids. */
export interface TypeEntries {
  /** The number of ids, with 0. */
  readonly count: number;
  /** Undefined where nothing is known of it. */
  entry(id: number): TypeEntry | undefined;
}
