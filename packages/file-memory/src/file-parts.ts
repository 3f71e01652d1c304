import { type ByteSource, type Damage, hex } from '@vmcorekit/core';
import { type BytelessKind, PIECE_CORRUPT, PIECE_STORED, type PieceKind, Pieces } from './piece.ts';

/**
 * Collects the parts of a file that hold memory. Of each part it keeps apart what the file lost,
 * because it ends too early or because a container around it has holes.
 */
export class FileParts {
  readonly pieces: Pieces = new Pieces();
  readonly #source: ByteSource;
  #lostAtEnd = 0;
  #partsEndAt = 0;
  #lostInHoles = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Memory from `start` on, whose bytes should lie in the file from `fileOffset` on. */
  add(start: number, sizeInBytes: number, fileOffset: number): void {
    const inFile = Math.max(0, Math.min(sizeInBytes, this.#source.sizeInBytes - fileOffset));
    let at = fileOffset;
    const addStored = (end: number): void => {
      this.#addPiece(start + (at - fileOffset), start + (end - fileOffset), PIECE_STORED, at);
    };
    for (const gap of this.#source.lostRanges?.(fileOffset, inFile) ?? []) {
      addStored(gap.offset);
      at = gap.offset;
      const gapEnd = gap.offset + gap.lengthInBytes;
      this.#addPiece(start + (at - fileOffset), start + (gapEnd - fileOffset), PIECE_CORRUPT, at);
      at = gapEnd;
      this.#lostInHoles += gap.lengthInBytes;
    }
    addStored(fileOffset + inFile);
    if (inFile < sizeInBytes) {
      this.pieces.add(start + inFile, start + sizeInBytes, PIECE_CORRUPT, fileOffset + inFile);
      this.#lostAtEnd += sizeInBytes - inFile;
      this.#partsEndAt = Math.max(this.#partsEndAt, fileOffset + sizeInBytes);
    }
  }

  /** Memory without bytes in the file: known to be zero, or left out by a filter. */
  addWithoutBytes(start: number, end: number, kind: BytelessKind): void {
    this.#addPiece(start, end, kind, 0);
  }

  /**
   * What the file lost of its parts.
   *
   * @param parts the format's word for them: `segments`
   */
  damage(parts: string): Damage[] {
    const { sizeInBytes } = this.#source;
    const damage: Damage[] = [];
    if (this.#lostInHoles > 0) {
      damage.push({
        name: 'file-truncated',
        loses: 'page',
        detail: `${this.#lostInHoles} bytes of memory lie in records that the file has lost`,
      });
    }
    if (this.#lostAtEnd > 0) {
      damage.push({
        name: 'file-truncated',
        loses: 'page',
        detail: `the file ends at ${hex(sizeInBytes)}, its ${parts} at ${hex(this.#partsEndAt)}: ${this.#lostAtEnd} bytes of memory are missing`,
        fileOffset: sizeInBytes,
      });
    }
    return damage;
  }

  #addPiece(start: number, end: number, kind: PieceKind, fileOffset: number): void {
    if (start < end) {
      this.pieces.add(start, end, kind, fileOffset);
    }
  }
}
