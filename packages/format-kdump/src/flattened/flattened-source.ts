import type { ByteRange, ByteSource } from '@vmcorekit/core';
import type { Extents } from './extents.ts';
import type { HeadChecks } from './head-checks.ts';
import { recordHeadSizeInBytes } from './layout.ts';

/**
 * Chosen by the searches in 5 dumps with a kept index, over a network: with 64 KiB and no
 * announcements they take 27 to 37 requests and 14 to 44 MB, so 16 to 24 and 9 to 16 MB.
 */
const remoteReadInBytes = 4096;
const maxAnnouncedInBytes = 1408 * 1024;

/**
 * The file inside a flattened file. Holes read as zero; in a file that is cut, they may have been
 * anything. The container owns the flattened file and closes it.
 */
export class FlattenedSource implements ByteSource {
  readonly name: string;
  /** The highest end of any piece. */
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #file: ByteSource;
  /** Ascending, without overlaps. */
  readonly #pieces: Extents;
  /** Of a kept index; null where the records were just read from the file. */
  readonly #checks: HeadChecks | null;
  readonly #isWhole: boolean;
  /** Reads come in sequence, so the piece of the last read is tried first. */
  #lastPiece: number = 0;

  constructor(
    file: ByteSource,
    pieces: Extents,
    checks: HeadChecks | null = null,
    isWhole: boolean = true,
  ) {
    this.name = `flattened(${file.name})`;
    // A block of descriptors lies in many places, and such a source has a cache of its own.
    this.preferredReadInBytes =
      file.transfer === undefined ? file.preferredReadInBytes : remoteReadInBytes;
    this.#file = file;
    this.#pieces = pieces;
    this.#checks = checks;
    this.#isWhole = isWhole;
    this.sizeInBytes = pieces.length === 0 ? 0 : (pieces.ends[pieces.length - 1] ?? 0);
  }

  readInto(offset: number, target: Uint8Array): number {
    const wanted = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    const { starts, ends, fileOffsets, length } = this.#pieces;
    let piece = wanted === 0 ? 0 : this.#pieceAtOrAfter(offset);
    let done = 0;
    while (done < wanted) {
      const position = offset + done;
      const start = piece < length ? (starts[piece] ?? 0) : Number.POSITIVE_INFINITY;
      if (position < start) {
        const hole = Math.min(wanted - done, start - position);
        this.#checks?.checkHole(position + hole);
        target.fill(0, done, done + hole);
        done += hole;
        continue;
      }
      const part = Math.min(wanted - done, (ends[piece] ?? 0) - position);
      const fileOffset = (fileOffsets[piece] ?? 0) + position - start;
      this.#announce(piece);
      this.#checks?.check(fileOffset);
      const got = this.#file.readInto(fileOffset, target.subarray(done, done + part));
      done += got;
      if (got < part) {
        return done;
      }
      this.#lastPiece = piece;
      piece += 1;
    }
    return done;
  }

  /** The holes of a file that is cut or damaged, because the lost records may have filled them. */
  *lostRanges(offset: number, lengthInBytes: number): Generator<ByteRange, void, void> {
    if (this.#isWhole) {
      return;
    }
    const { starts, ends, length } = this.#pieces;
    const end = Math.min(offset + lengthInBytes, this.sizeInBytes);
    let at = offset;
    for (let piece = this.#pieceAtOrAfter(offset); at < end && piece < length; piece++) {
      const start = Math.min(end, starts[piece] ?? end);
      if (at < start) {
        yield { offset: at, lengthInBytes: start - at };
      }
      at = ends[piece] ?? end;
    }
  }

  [Symbol.dispose](): void {}

  /**
   * QEMU writes descriptors among the pages that they describe, after them. A reader of some reads
   * these pages too, so all since the descriptors before is announced.
   */
  #announce(piece: number): void {
    const { length } = this.#pieces;
    const from = this.#fileEndOf(piece - 1);
    const lengthInBytes = this.#fileEndOf(piece) - from;
    if (
      this.#file.transfer !== undefined &&
      piece > 0 &&
      lengthInBytes > 0 &&
      lengthInBytes <= maxAnnouncedInBytes &&
      !this.#isFollowed(piece - 1) &&
      (piece + 1 === length || !this.#isFollowed(piece))
    ) {
      this.#file.willRead?.([{ offset: from, lengthInBytes }]);
    }
  }

  /** Whether the next piece of the contents is also the next one of the file. */
  #isFollowed(piece: number): boolean {
    const next = this.#pieces.fileOffsets[piece + 1];
    return next === this.#fileEndOf(piece) + recordHeadSizeInBytes;
  }

  #fileEndOf(piece: number): number {
    const { starts, ends, fileOffsets } = this.#pieces;
    return (fileOffsets[piece] ?? 0) + (ends[piece] ?? 0) - (starts[piece] ?? 0);
  }

  /** The first piece that ends after the offset. */
  #pieceAtOrAfter(offset: number): number {
    const { starts, ends, length } = this.#pieces;
    const last = this.#lastPiece;
    if ((starts[last] ?? 0) <= offset && offset < (ends[last] ?? 0)) {
      return last;
    }
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
