/**
 * What lies behind a stretch of physical memory, in order of preference where segments overlap: bytes in the file before bytes the file
 * lost, and both before the part of a segment that has none.
 */
export const PIECE_STORED = 0;
export const PIECE_CORRUPT = 1;
export const PIECE_EXCLUDED = 2;
export const PIECE_ZERO = 3;
export type PieceKind = typeof PIECE_STORED | typeof PIECE_CORRUPT | typeof PIECE_EXCLUDED | typeof PIECE_ZERO;

/** A stretch of physical memory that one segment speaks for; pieces of different segments may overlap. */
export interface Piece {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Of `start`'s byte in the file; meaningless where the segment has no bytes there. */
  readonly fileOffset: number;
  readonly kind: PieceKind;
}
