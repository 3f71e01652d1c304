import type { ByteSource } from './byte-source.ts';
import type { TransferBudget } from './transfer-budget.ts';

/** What an opener must heed. */
export interface SourceOptions {
  /**
   * What may be fetched over a network. A read that would need more throws `transfer-limit`.
   * Absent: no limit.
   */
  readonly budget?: TransferBudget | undefined;
}

/**
 * Opens what users name dumps by: paths of files, addresses of servers. A minimal opener has
 * `open`. `companion` lets it serve formats whose dumps are several files.
 */
export interface SourceOpener {
  readonly name: string;
  readonly summary: string;
  /**
   * The schemes it takes, in lower case and without the colon: `['http', 'https']`. The opener of
   * `file` also gets plain paths.
   */
  readonly schemes: readonly string[];
  /**
   * Its addresses name a host, and may hold secrets: only `scheme://…` is one. Left out, `scheme:…`
   * is one too.
   */
  readonly isRemote?: true;
  /** Throws `io` where it does not exist or cannot be opened. */
  open(url: string, options?: SourceOptions): Promise<ByteSource>;
  /**
   * Opens the file of that plain name beside it; undefined where there is none. Must never leave
   * the folder, whatever the name: it comes from an untrusted file.
   */
  companion?(url: string, name: string, options?: SourceOptions): Promise<ByteSource | undefined>;
  /**
   * The file's own name as `companion` takes names, without escapes; undefined where it has none.
   * Absent: all after the last separator.
   */
  plainNameOf?(url: string): string | undefined;
}

/**
 * Whether a name is a plain file name that cannot lead out of a folder: not empty, no separator,
 * not `.` or `..`.
 */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}
