import {
  type ByteSource,
  hasAt,
  hex,
  type Progress,
  readExactly,
  StructView,
} from '@vmcorekit/core';
import { chunkAt, streamIdentifier } from './framed-snappy.ts';
import type { PackedContents } from './packed-contents.ts';

/** The length of the stream, u64, after it. */
const trailerSizeInBytes = 8;
const chunksPerStep = 1024;

/** How far a packed range could be followed. */
export interface PackedRange {
  readonly unpackedSizeInBytes: number;
  /** Where the next header stands, or where the stream can no longer be followed. */
  readonly to: number;
  /** Why it could not be followed to its end; null where it could. */
  readonly broken: string | null;
}

/** Whether a framed stream begins at an offset. */
export function beginsStream(source: ByteSource, fileOffset: number): boolean {
  const bytes = new Uint8Array(streamIdentifier.length);
  source.readInto(fileOffset, bytes);
  return hasAt(bytes, 0, streamIdentifier);
}

/**
 * Walks the chunks of a range's framed snappy stream, by their heads alone, and adds each to the
 * contents. AVML writes the stream's length after it, so nothing else leads to the next range.
 */
export function* followStream(
  source: ByteSource,
  from: number,
  sizeInBytes: number,
  contents: PackedContents,
): Generator<Progress, PackedRange, void> {
  let at = from;
  let unpacked = 0;
  const ended = (broken: string | null, to: number): PackedRange => ({
    unpackedSizeInBytes: unpacked,
    to,
    broken,
  });
  if (!beginsStream(source, from)) {
    return ended('no snappy stream begins there', from);
  }
  for (let chunks = 1; unpacked < sizeInBytes; chunks++) {
    const chunk = chunkAt(source, at);
    if (typeof chunk === 'string') {
      return ended(chunk, at);
    }
    const { packedSizeInBytes, unpackedSizeInBytes } = chunk;
    if (unpackedSizeInBytes > sizeInBytes - unpacked) {
      return ended('a chunk reaches beyond the end of the range', at);
    }
    if (unpackedSizeInBytes > 0) {
      contents.addChunk(at, packedSizeInBytes, unpackedSizeInBytes);
    }
    at += packedSizeInBytes;
    unpacked += unpackedSizeInBytes;
    if (chunks % chunksPerStep === 0) {
      const fraction = at / source.sizeInBytes;
      yield { kind: 'progress', doing: 'reading heads of snappy chunks', fraction };
    }
  }
  if (at + trailerSizeInBytes > source.sizeInBytes) {
    return ended('the file ends before the length of the stream', at);
  }
  const bytes = readExactly(source, at, trailerSizeInBytes, 'length of a stream');
  const stated = new StructView(bytes, 'little', 'length of a stream', at).uint64(0);
  return stated === BigInt(at - from)
    ? ended(null, at + trailerSizeInBytes)
    : ended(`the stream is ${at - from} bytes long, the length after it is ${hex(stated)}`, at);
}
