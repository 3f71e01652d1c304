import type { FileOffset } from './spaces.ts';

/** A stretch of a source. */
export interface ByteRange {
  readonly offset: FileOffset;
  readonly lengthInBytes: number;
}

/**
 * Random access to bytes: a file, a browser's `File`, a buffer, or the contents of a container.
 * Reads are synchronous, because page and list walks chase pointers.
 */
export interface ByteSource extends Disposable {
  /** What messages call it: a file's name, or `flattened(NAME)`. */
  readonly name: string;
  readonly sizeInBytes: number;
  /**
   * Fills `target` from `offset` on. Returns how many bytes were there; fewer than `target.length`
   * only at the end. Throws `io` where the operating system fails.
   */
  readInto(offset: FileOffset, target: Uint8Array): number;
  /**
   * How much one read should ask for, where each costs as much as so many bytes do: a cache reads
   * such blocks. Absent: 64 KiB.
   */
  readonly preferredReadInBytes?: number | undefined;
  /**
   * Announces what will be read next, in any order, so that a source to which each read is a
   * journey can make one of them.
   */
  willRead?(ranges: readonly ByteRange[]): void;
  /**
   * What the source has lost of a stretch, ascending: these bytes read as zeros, and what they were
   * is unknown, as in the holes of a container's file that was cut. Absent: nothing.
   */
  lostRanges?(offset: FileOffset, lengthInBytes: number): Iterable<ByteRange>;
}

/**
 * Somewhere to write a dump. Offsets may come in any order, and what is never written reads as
 * zero; where `isSequential`, each write must begin where the one before ended.
 */
export interface ByteSink {
  readonly isSequential: boolean;
  writeAt(offset: FileOffset, bytes: Uint8Array): void;
}
