import type { FileOffset } from './spaces.ts';

/** Bytes of a file that shall be others. `after` is longer than `before` only at the file's end, which then grows. */
export interface FileChange {
  readonly fileOffset: FileOffset;
  /** What is changed, for people: a field's name, `notes`. */
  readonly what: string;
  /** What stands there; shorter than `after` where the file ends. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}
