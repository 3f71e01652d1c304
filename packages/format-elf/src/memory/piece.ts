/**
 * What the file holds of a stretch of physical memory, in order of preference where segments
 * overlap: bytes in the file before bytes the file lost, and both before the part of a segment
 * without bytes.
 */
export const PIECE_STORED = 0;
export const PIECE_CORRUPT = 1;
export const PIECE_EXCLUDED = 2;
export const PIECE_ZERO = 3;
export type PieceKind =
  | typeof PIECE_STORED
  | typeof PIECE_CORRUPT
  | typeof PIECE_EXCLUDED
  | typeof PIECE_ZERO;

/**
 * Stretches of physical memory, one a row, from all segments. Those of different segments may
 * overlap.
 */
export class Pieces {
  readonly start: number[] = [];
  /** Exclusive. */
  readonly end: number[] = [];
  /** Of the first byte in the file; 0 where the segment has no bytes there. */
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
