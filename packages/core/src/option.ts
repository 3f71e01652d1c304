/** One option of a plug-in, as data: enough to validate, to print help and to make a JSON Schema. */
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
/** Every option of the specs has an entry: given, or its default. */
export type Options = Readonly<Record<string, OptionValue | null>>;
