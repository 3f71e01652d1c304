import type { TypeTable } from './types.ts';

/** A source of types that is opened only when needed. */
export interface TypeSource {
  /** Its name in remarks: `the kernel's own BTF`. */
  readonly name: string;
  /**
   * Throws `truncated`, `malformed`, `unsupported` or `bad-data` where the source itself cannot be
   * used. Such a source is left out, and a remark says so.
   */
  open(): TypeTable;
}
