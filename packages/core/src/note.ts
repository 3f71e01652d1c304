import type { FileOffset } from './spaces.ts';

/** One ELF note, as found in a dump. */
export interface Note {
  /** Without trailing NULs. */
  readonly name: string;
  readonly type: number;
  readonly descriptor: Uint8Array;
  /** Where the note header lies in the file, or in the container's contents. */
  readonly fileOffset: FileOffset;
}
