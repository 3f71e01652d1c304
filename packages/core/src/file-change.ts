import type { FileOffset } from './spaces.ts';

/** Bytes of a file that shall be others, as many; or bytes behind its end, which then grows. */
export interface FileChange {
  readonly fileOffset: FileOffset;
  /** What is changed, for people: a field's name, `notes`. */
  readonly what: string;
  /** What stands there; empty behind the file's end. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}
