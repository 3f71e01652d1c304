import type { Kernel, MappedRun, VirtualAddress } from '@vmcorekit/core';

const chunkSizeInBytes = 0x1_0000;
/** The data of an image has a few megabytes. */
const maxSearchedInBytes = 64 * 1024 * 1024;

/** A piece of the data of a kernel's image. */
export interface ImageData {
  readonly start: VirtualAddress;
  /** Ends with what the next piece begins with, so that nothing is cut in two. */
  readonly bytes: Uint8Array;
  /** How much of the bytes is this piece alone. */
  readonly lengthInBytes: number;
}

/**
 * The data of a kernel's image, in pieces that each go on `overlapInBytes` into the next. Pieces
 * that cannot be read are passed over.
 */
export function* imageData(
  { memory, runs }: Pick<Kernel, 'memory' | 'runs'>,
  overlapInBytes: number,
): Generator<ImageData, void, void> {
  let left = maxSearchedInBytes;
  const data = runs.filter(isData);
  // Windows without tables show data and code alike.
  for (const { virtualAddress, lengthInBytes } of data.length === 0 ? runs : data) {
    for (let from = 0; from < lengthInBytes && left > 0; from += chunkSizeInBytes) {
      const length = Math.min(lengthInBytes - from, chunkSizeInBytes + overlapInBytes);
      left -= chunkSizeInBytes;
      const start = virtualAddress + BigInt(from);
      const bytes = memory.tryRead(start, length);
      if (bytes !== undefined) {
        yield { start, bytes, lengthInBytes: Math.min(length, chunkSizeInBytes) };
      }
    }
  }
}

function isData(run: MappedRun): boolean {
  return run.isWritable && !run.isExecutable;
}
