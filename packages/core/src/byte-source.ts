import type { FileOffset } from './spaces.ts';

/** A stretch of a source. */
export interface ByteRange {
  readonly offset: FileOffset;
  readonly lengthInBytes: number;
}

/** What has gone over a network. */
export interface Transfer {
  /** Requests sent, also those that were redirected or failed. */
  readonly requests: number;
  /** Bytes of the file that arrived, also those that nothing read yet. */
  readonly bytesFetched: number;
  /** How much more may be fetched; absent where there is no limit. */
  readonly leftInBytes?: number;
  /** The limit that this is left of; absent where there is none. */
  readonly limitInBytes?: number;
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
   * Changes whenever the bytes do: the size and times of a file, for example. Absent where that is
   * not known: then nothing is kept of the source.
   */
  readonly version?: string | undefined;
  /**
   * Fills `target` from `offset` on and returns the number of bytes read. That is fewer than
   * `target.length` only at the end. Throws `io` where the operating system fails.
   */
  readInto(offset: FileOffset, target: Uint8Array): number;
  /**
   * How much one read should ask for: the size up to which reads cost about the same. A cache reads
   * blocks of this size. Absent: 64 KiB.
   */
  readonly preferredReadInBytes?: number | undefined;
  /**
   * How much of it the file system stores, where that is known: less than its size if the file has
   * holes, which read as zeros.
   */
  readonly storedInBytes?: number | undefined;
  /** What was fetched for it so far; absent where no network is between. */
  readonly transfer?: Transfer | undefined;
  /**
   * Announces what will be read next, in any order. A source with slow round trips can then fetch
   * it all in one.
   */
  willRead?(ranges: readonly ByteRange[]): void;
  /**
   * The parts of a stretch that the source has lost, ascending. They read as zeros, but their
   * contents are unknown: holes in the file of a truncated container, for example. Absent: nothing
   * is lost.
   */
  lostRanges?(offset: FileOffset, lengthInBytes: number): Iterable<ByteRange>;
}

/**
 * Where a dump is written. Offsets may come in any order, and unwritten bytes read as zero. Where
 * `isSequential`, each write must begin where the last one ended.
 */
export interface ByteSink {
  readonly isSequential: boolean;
  writeAt(offset: FileOffset, bytes: Uint8Array): void;
}
