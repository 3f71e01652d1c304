import {
  type ByteSource,
  parseWriterStamp,
  readExactly,
  type WriterStamp,
  writerStampSizeInBytes,
} from '@vmcorekit/core';

/**
 * The last bytes of block 0, behind the header, which takes the first 464 of them. Readers pass
 * over them, and makedumpfile writes the header alone when it makes a new file of another (1.7.2
 * and 1.7.6, tried, its `--split` and `--reassemble` too).
 */
export function writerStampOffset(blockSizeInBytes: number): number {
  return blockSizeInBytes - writerStampSizeInBytes;
}

/** What the writer of the file left of itself there. */
export function readWriterStamp(source: ByteSource, blockSizeInBytes: number): WriterStamp | null {
  const fileOffset = writerStampOffset(blockSizeInBytes);
  return parseWriterStamp(
    readExactly(source, fileOffset, writerStampSizeInBytes, 'block 0'),
    fileOffset,
  );
}
