import {
  type ByteSource,
  parseWriterStamp,
  readExactly,
  type WriterStamp,
  writerStampSizeInBytes,
} from '@vmcorekit/core';

/**
 * The stamp lies in the last bytes of block 0, after the 464 bytes of the header. Readers skip
 * them, and makedumpfile writes only the header when it makes a new file from another (1.7.2 and
 * 1.7.6, tried, also with `--split` and `--reassemble`).
 */
export function writerStampOffset(blockSizeInBytes: number): number {
  return blockSizeInBytes - writerStampSizeInBytes;
}

/** The stamp that the file's writer left there. */
export function readWriterStamp(source: ByteSource, blockSizeInBytes: number): WriterStamp | null {
  const fileOffset = writerStampOffset(blockSizeInBytes);
  return parseWriterStamp(
    readExactly(source, fileOffset, writerStampSizeInBytes, 'block 0'),
    fileOffset,
  );
}
