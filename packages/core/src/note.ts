import type { FileOffset } from './spaces.ts';

/** One ELF note, as found in a dump. */
export interface Note {
  /** Without the NULs at its end. */
  readonly name: string;
  readonly type: number;
  readonly descriptor: Uint8Array;
  /** Where the note header lies in the file (or container contents). */
  readonly fileOffset: FileOffset;
}
