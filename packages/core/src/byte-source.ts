import type { FileOffset } from './spaces.ts';

/**
 * Random access to bytes: a file, a browser's `File`, a buffer, or the contents of a container. Reads are synchronous, because page
 * and list walks chase pointers.
 */
export interface ByteSource extends Disposable {
  /** What messages call it: a file's name, or `flattened(NAME)`. */
  readonly name: string;
  readonly sizeInBytes: number;
  /**
   * Fills `target` from `offset` on. Returns how many bytes were there; fewer than `target.length` only at the end.
   * Throws `io` where the operating system fails.
   */
  readInto(offset: FileOffset, target: Uint8Array): number;
}

/**
 * Somewhere to write a dump. Offsets may come in any order, and what is never written reads as zero; where `isSequential`, each write
 * must begin where the one before ended.
 */
export interface ByteSink {
  readonly isSequential: boolean;
  writeAt(offset: FileOffset, bytes: Uint8Array): void;
}
