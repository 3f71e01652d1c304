import { blockCodecs } from '@vmcorekit/compressors';
import {
  type ByteSource,
  hex,
  hexText,
  isVmcorekitError,
  isZero,
  readExactly,
} from '@vmcorekit/core';
import { BoundedIndex, wordAt } from '../packed-blocks.ts';
import { malformed } from './malformed.ts';
import {
  maxPaddingInBytes,
  readStreamFooter,
  streamFooterInBytes,
  streamHeaderInBytes,
} from './stream-header.ts';
import { VariableLength } from './variable-length.ts';

/** A block takes at least two bytes of it: 64 million blocks. */
const maxIndexInBytes: number = 128 << 20;
/** What is read of an index whose size is not known yet. */
const firstReadInBytes: number = 64 << 10;
const crcInBytes = 4;
const structure = 'xz index';

/** A stream, and its blocks as its index has them. */
interface StreamBlocks {
  /** File offset of its header. */
  readonly start: number;
  /** Of each block: its size without padding, and what it holds. */
  readonly sizes: readonly (readonly [unpaddedInBytes: number, unpackedInBytes: number])[];
}

export interface XzBlocks {
  readonly index: BoundedIndex;
  /** File offset of the header of the stream of each block. */
  readonly streamOf: (block: number) => number;
}

/**
 * Indexes the blocks of all streams by the indexes at their ends. Undefined where an index is lost
 * or damaged.
 */
export function readIndexes(file: ByteSource): XzBlocks | undefined {
  try {
    return blocksOf(streamsFromEnd(file));
  } catch (error) {
    if (isVmcorekitError(error, 'malformed') || isVmcorekitError(error, 'truncated')) {
      return undefined;
    }
    throw error;
  }
}

/** Where an index ends. Throws `truncated` and `malformed`. */
export function endOfIndex(file: ByteSource, fileOffset: number): number {
  const left = file.sizeInBytes - fileOffset;
  for (let length = firstReadInBytes; length < Math.min(left, maxIndexInBytes); length *= 16) {
    try {
      return endOfIndexIn(file, fileOffset, length);
    } catch (error) {
      if (!isVmcorekitError(error, 'truncated')) {
        throw error;
      }
    }
  }
  return endOfIndexIn(file, fileOffset, Math.min(left, maxIndexInBytes));
}

/** Parses so many bytes of it; throws `truncated` where it is longer. */
function endOfIndexIn(file: ByteSource, fileOffset: number, lengthInBytes: number): number {
  const bytes = readExactly(file, fileOffset, lengthInBytes, structure);
  const fields = new VariableLength(bytes, 1, structure, fileOffset);
  for (let left = 2 * fields.next('number of records'); left > 0; left--) {
    fields.next('size of a block');
  }
  const sizeInBytes = 4 * Math.ceil(fields.at / 4) + crcInBytes;
  const whole =
    sizeInBytes <= bytes.length ? bytes : readExactly(file, fileOffset, sizeInBytes, structure);
  checkIndex(whole.subarray(0, sizeInBytes), fields.at, fileOffset);
  return fileOffset + sizeInBytes;
}

/** Throws `malformed` where padding and a right CRC32 do not follow the records of an index. */
function checkIndex(bytes: Uint8Array, recordsEnd: number, fileOffset: number): void {
  const crcAt = 4 * Math.ceil(recordsEnd / 4);
  if (bytes.length !== crcAt + crcInBytes) {
    throw malformed(
      structure,
      fileOffset,
      'size',
      `${crcAt + crcInBytes}, by its records`,
      bytes.length,
    );
  }
  const sum = blockCodecs().crc32(bytes.subarray(0, crcAt));
  const given = new DataView(bytes.buffer, bytes.byteOffset + crcAt).getUint32(0, true);
  if (sum !== given) {
    throw malformed(structure, fileOffset, 'CRC32', hex(sum), given);
  }
  const padding = bytes.subarray(recordsEnd, crcAt);
  if (!isZero(padding)) {
    throw malformed(structure, fileOffset, 'padding', 'zeros', hexText(padding));
  }
}

/** The streams in the order of the file. */
function streamsFromEnd(file: ByteSource): readonly StreamBlocks[] {
  const streams: StreamBlocks[] = [];
  for (let end = file.sizeInBytes; end > 0; ) {
    end -= paddingBefore(file, end);
    const footerAt = end - streamFooterInBytes;
    const { indexInBytes: sizeInBytes } = readStreamFooter(file, footerAt);
    const indexAt = footerAt - sizeInBytes;
    if (indexAt < streamHeaderInBytes || sizeInBytes > maxIndexInBytes) {
      throw malformed(structure, footerAt, 'size', `at most ${footerAt}`, sizeInBytes);
    }
    const stream = streamBefore(file, indexAt, sizeInBytes);
    streams.push(stream);
    end = stream.start;
  }
  return streams.toReversed();
}

/** The padding after a stream. Throws `malformed` where it is longer than any. */
function paddingBefore(file: ByteSource, end: number): number {
  let sizeInBytes = 0;
  while (end > sizeInBytes && wordAt(file, end - sizeInBytes - 4, true) === 0) {
    sizeInBytes += 4;
    if (sizeInBytes > maxPaddingInBytes) {
      throw malformed(
        'xz stream padding',
        end,
        'size',
        `at most ${maxPaddingInBytes}`,
        sizeInBytes,
      );
    }
  }
  return sizeInBytes;
}

function streamBefore(file: ByteSource, indexAt: number, sizeInBytes: number): StreamBlocks {
  const bytes = readExactly(file, indexAt, sizeInBytes, structure);
  const fields = new VariableLength(bytes, 1, structure, indexAt);
  const sizes: (readonly [number, number])[] = [];
  let packed = 0;
  for (let left = fields.next('number of records'); left > 0; left--) {
    const size = [fields.next('unpadded size'), fields.next('uncompressed size')] as const;
    sizes.push(size);
    packed += paddedInBytes(size[0]);
  }
  checkIndex(bytes, fields.at, indexAt);
  const start = indexAt - packed - streamHeaderInBytes;
  if (!(start >= 0)) {
    throw malformed(structure, indexAt, 'size of all blocks', `at most ${indexAt}`, packed);
  }
  return { start, sizes };
}

function blocksOf(streams: readonly StreamBlocks[]): XzBlocks {
  const index = new BoundedIndex('xz');
  const firsts: { readonly block: number; readonly start: number }[] = [];
  for (const { start, sizes } of streams) {
    firsts.push({ block: index.count, start });
    let at = start + streamHeaderInBytes;
    for (const [unpadded, unpacked] of sizes) {
      index.push(at, paddedInBytes(unpadded), unpacked);
      at += paddedInBytes(unpadded);
    }
  }
  const streamOf = (block: number): number =>
    firsts.findLast((first) => first.block <= block)?.start ?? 0;
  return { index: index.trim(), streamOf };
}

function paddedInBytes(unpaddedInBytes: number): number {
  return 4 * Math.ceil(unpaddedInBytes / 4);
}
