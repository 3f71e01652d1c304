import { type ByteSource, type Progress, readExactly } from '@vmcorekit/core';

const chunkInBytes = 65_536;
const structure = 'sadump bitmap';

/** Pages that follow each other; `end` is exclusive. */
export interface PageRun {
  readonly start: number;
  readonly end: number;
}

/**
 * The runs of set bits of a bitmap, the most significant bit of a byte first, in pieces between
 * which it yields progress. Takes no bit from `bits` on. Throws `truncated`.
 */
export function* bitmapRuns(
  file: ByteSource,
  fileOffset: number,
  bits: number,
): Generator<Progress | PageRun, void, void> {
  const sizeInBytes = Math.ceil(bits / 8);
  let start = -1;
  for (let at = 0; at < sizeInBytes; at += chunkInBytes) {
    const length = Math.min(chunkInBytes, sizeInBytes - at);
    const bytes = readExactly(file, fileOffset + at, length, structure);
    for (const [index, byte] of bytes.entries()) {
      if (byte === 0 ? start < 0 : byte === 0xff && start >= 0 && (at + index) * 8 + 8 <= bits) {
        continue;
      }
      for (let bit = 0; bit < 8; bit++) {
        const page = (at + index) * 8 + bit;
        const isSet = page < bits && ((byte >>> (7 - bit)) & 1) === 1;
        if (isSet && start < 0) {
          start = page;
        } else if (!isSet && start >= 0) {
          yield { start, end: page };
          start = -1;
        }
      }
    }
    yield {
      kind: 'progress',
      doing: 'reading the bitmaps of a sadump dump',
      fraction: at / sizeInBytes,
    };
  }
  if (start >= 0) {
    yield { start, end: bits };
  }
}
