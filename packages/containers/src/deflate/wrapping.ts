import type { Inflater } from '@vmcorekit/compressors';
import type { ByteSource } from '@vmcorekit/core';

/** What lies around a deflate stream. */
export interface DeflateWrapping {
  /** What messages call the file: `gzip`. */
  readonly name: string;
  readonly trailerInBytes: number;
  /** Whether a stream may follow the end of another. */
  readonly hasMembers: boolean;
  /** What the checksum of no bytes is. */
  readonly emptySum: number;
  /**
   * The file offset of the deflate stream whose header lies at an offset. Undefined where there is
   * no such header. Throws `truncated` or `malformed` for a bad one.
   */
  streamStart(file: ByteSource, headerOffset: number): number | undefined;
  /** The checksum of bytes with that sum and then the decoder's output. */
  sumWith(inflater: Inflater, before: number): number;
  /** What in the trailer disagrees with the contents of a stream, or undefined. */
  disagreement(trailer: DataView, sum: number, sizeInBytes: number): string | undefined;
}
