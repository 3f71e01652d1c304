import type { FileOffset } from './spaces.ts';

/** New bytes for a stretch of a file, as many as the old; or bytes to append after its end. */
export interface FileChange {
  readonly fileOffset: FileOffset;
  /** What changes, for people: a field's name, `notes`. */
  readonly what: string;
  /** The bytes before the change; empty after the file's end. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}
