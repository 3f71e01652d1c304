import type { ByteOrder, PhysicalRange, PlacedBytes } from '@vmcorekit/core';
import { FileMemory, FileParts } from '@vmcorekit/file-memory';
import { blockSizeInBytes, type SparseSource } from './sparse-source.ts';

/** Every kernel can be read in pages of this size; the file does not say which it uses. */
const pageSizeInBytes = 4096;

/** Memory as a layout places the bytes of a file. A search passes over blocks known to be zero. */
export class RawMemory extends FileMemory {
  readonly #source: SparseSource;
  readonly #placed: readonly PlacedBytes[];

  constructor(source: SparseSource, placed: readonly PlacedBytes[], byteOrder: ByteOrder) {
    const parts = new FileParts(source);
    for (const { address, lengthInBytes, fileOffset } of placed) {
      parts.add(address, lengthInBytes, fileOffset);
    }
    super(source, parts.pieces, { pageSizeInBytes, byteOrder, part: 'range' });
    this.#source = source;
    this.#placed = placed.toSorted((one, other) => one.address - other.address);
  }

  override *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    for (const { start, end } of super.storedRuns(from, to)) {
      let runStart = start;
      for (const zeros of this.#knownZeros(start, end)) {
        if (runStart < zeros.start) {
          yield { start: runStart, end: zeros.start };
        }
        runStart = zeros.end;
      }
      if (runStart < end) {
        yield { start: runStart, end };
      }
    }
  }

  /** Only whole pages: the rest of a page would seem to be lost. */
  *#knownZeros(start: number, end: number): Generator<PhysicalRange, void, void> {
    for (const { address, lengthInBytes, fileOffset } of this.#placed) {
      const from = Math.max(start, address);
      const to = Math.min(end, address + lengthInBytes);
      const toAddress = address - fileOffset;
      let block = Math.floor((from - toAddress) / blockSizeInBytes);
      while (from < to) {
        block = this.#source.nextKnownZero(block);
        const blockAt = block * blockSizeInBytes + toAddress;
        if (blockAt >= to) {
          break;
        }
        const zeroFrom = Math.ceil(Math.max(from, blockAt) / pageSizeInBytes) * pageSizeInBytes;
        const zeroTo =
          Math.floor(Math.min(to, blockAt + blockSizeInBytes) / pageSizeInBytes) * pageSizeInBytes;
        if (zeroFrom < zeroTo) {
          yield { start: zeroFrom, end: zeroTo };
        }
        block++;
      }
    }
  }
}
