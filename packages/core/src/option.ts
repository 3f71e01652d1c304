/** One option of a plug-in, as data: enough to validate it, print help and make a JSON Schema. */
export interface OptionSpec {
  readonly type: 'boolean' | 'integer' | 'size' | 'address' | 'string' | 'file';
  readonly summary: string;
  /** In bytes for `size`; null for "unset". */
  readonly default: OptionValue | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
}

export type OptionValue = boolean | number | bigint | string;
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The type of an option's value, by the type its spec names. */
type ValueOf<Type extends OptionSpec['type']> = Type extends 'boolean'
  ? boolean
  : Type extends 'integer' | 'size'
    ? number
    : Type extends 'address'
      ? bigint
      : string;

/**
 * The values of a plug-in's options. Every option of the specs has an entry: the given value or the
 * default. Null only where the default is null.
 */
export type Options<Specs extends OptionSpecs = OptionSpecs> = {
  readonly [Name in keyof Specs]:
    | ValueOf<Specs[Name]['type']>
    | (null extends Specs[Name]['default'] ? null : never);
};
