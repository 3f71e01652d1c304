import type { ByteSource } from './byte-source.ts';

/**
 * Opens what dumps are named by: paths of files, addresses of servers. The least that works is
 * `open`; with `companion`, formats whose dumps are several files can be read too.
 */
export interface SourceOpener {
  readonly name: string;
  readonly summary: string;
  /**
   * The words before the colon that it takes, in lower case: `['http', 'https']`. The opener of
   * `file` gets plain paths too.
   */
  readonly schemes: readonly string[];
  /** Throws `io` for what is not there or cannot be opened. */
  open(url: string): Promise<ByteSource>;
  /**
   * What lies beside it under that plain name, or undefined where nothing does. Must not lead out
   * of the folder, whatever the name: it comes from a file that nobody trusts.
   */
  companion?(url: string, name: string): Promise<ByteSource | undefined>;
}

/**
 * Whether a name is a file's own, and cannot lead out of a folder: not empty, no separator, not `.`
 * or `..`.
 */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}
