/**
 * What a file holds of a stretch of physical memory, in order of preference where stretches
 * overlap: bytes in the file before bytes the file lost, and both before memory without bytes.
 */
export const PIECE_STORED = 0;
export const PIECE_CORRUPT = 1;
export const PIECE_EXCLUDED = 2;
export const PIECE_ZERO = 3;
/** Of memory that has no bytes in the file: left out by a filter, or known to be zero. */
export type BytelessKind = typeof PIECE_EXCLUDED | typeof PIECE_ZERO;
export type PieceKind = typeof PIECE_STORED | typeof PIECE_CORRUPT | BytelessKind;

/**
 * Stretches of physical memory, one a row. They may overlap: for each byte the better kind wins,
 * and among equals the one added first.
 */
export class Pieces {
  readonly start: number[] = [];
  /** Exclusive. */
  readonly end: number[] = [];
  /** Of the first byte in the file; 0 where it has no bytes there. */
  readonly fileOffset: number[] = [];
  readonly kind: PieceKind[] = [];

  get count(): number {
    return this.start.length;
  }

  add(start: number, end: number, kind: PieceKind, fileOffset: number = 0): void {
    this.start.push(start);
    this.end.push(end);
    this.fileOffset.push(fileOffset);
    this.kind.push(kind);
  }
}
