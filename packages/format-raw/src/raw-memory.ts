import type { ByteOrder, PhysicalRange, PlacedBytes } from '@vmcorekit/core';
import { FileMemory, FileParts } from '@vmcorekit/file-memory';
import { blockSizeInBytes, type SparseSource } from './sparse-source.ts';

/** Every kernel can be read in pages of this size; the file does not say which it uses. */
const pageSizeInBytes = 4096;

/** Memory as a layout places the bytes of a file. A search passes over blocks known to be zero. */
export class RawMemory extends FileMemory {
  readonly #source: SparseSource;

  constructor(source: SparseSource, placed: readonly PlacedBytes[], byteOrder: ByteOrder) {
    const parts = new FileParts(source);
    for (const { address, lengthInBytes, fileOffset } of placed) {
      parts.add(address, lengthInBytes, fileOffset);
    }
    super(source, parts.pieces, { pageSizeInBytes, byteOrder, part: 'range' });
    this.#source = source;
  }

  override *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    for (const { start, end } of super.storedRuns(from, to)) {
      let runStart = start;
      for (let at = start; at < end; ) {
        const fileOffset = this.fileOffsetOf(at) ?? 0;
        const block = Math.floor(fileOffset / blockSizeInBytes);
        const blockEnd = Math.min(end, at + (block + 1) * blockSizeInBytes - fileOffset);
        if (this.#source.isKnownZero(block)) {
          // Only whole pages are left out: the rest of a page would seem to be lost.
          const zeroFrom = Math.ceil(at / pageSizeInBytes) * pageSizeInBytes;
          const zeroTo = Math.floor(blockEnd / pageSizeInBytes) * pageSizeInBytes;
          if (zeroFrom < zeroTo) {
            if (runStart < zeroFrom) {
              yield { start: runStart, end: zeroFrom };
            }
            runStart = zeroTo;
          }
        }
        at = blockEnd;
      }
      if (runStart < end) {
        yield { start: runStart, end };
      }
    }
  }
}
