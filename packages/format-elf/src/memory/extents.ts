import { PIECE_CORRUPT, PIECE_STORED, type Piece, type PieceKind } from './piece.ts';
import { PriorityQueue } from './priority-queue.ts';

/** Physical memory as disjoint stretches, ascending, in columns: where each starts and ends, what it is, and where its bytes lie. */
export interface Extents {
  readonly count: number;
  readonly start: Float64Array;
  /** Exclusive. */
  readonly end: Float64Array;
  readonly fileOffset: Float64Array;
  readonly kind: Uint8Array;
}

/**
 * Resolves overlaps: for each byte the better kind wins, and among equals the first in the file's order. Neighbours that continue each
 * other in the file are joined, so QEMU's paging dumps (one segment a mapping) come out as a few large stretches.
 */
export function extentsOf(pieces: readonly Piece[]): Extents {
  const order = pieces.map((_, index) => index).sort((a, b) => startOf(pieces, a) - startOf(pieces, b));
  const bounds = boundsOf(pieces);
  const columns = { start: [] as number[], end: [] as number[], fileOffset: [] as number[], kind: [] as PieceKind[] };
  const open = new PriorityQueue(rankOf(pieces));
  let next = 0;
  for (let i = 0; i + 1 < bounds.length; i++) {
    const [from = 0, to = 0] = [bounds[i], bounds[i + 1]];
    for (; next < order.length && startOf(pieces, order[next] ?? 0) <= from; next++) {
      open.add(order[next] ?? 0);
    }
    let winner = pieces[open.first ?? -1];
    while (winner !== undefined && winner.end <= from) {
      open.removeFirst();
      winner = pieces[open.first ?? -1];
    }
    if (winner !== undefined) {
      append(columns, from, to, winner.fileOffset + (from - winner.start), winner.kind);
    }
  }
  return {
    count: columns.start.length,
    start: Float64Array.from(columns.start),
    end: Float64Array.from(columns.end),
    fileOffset: Float64Array.from(columns.fileOffset),
    kind: Uint8Array.from(columns.kind),
  };
}

/** The stretch that holds an address; where none does, the first above it, or `count`. */
export function extentAt(extents: Extents, address: number): number {
  let low = 0;
  let high = extents.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((extents.end[middle] ?? 0) <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function startOf(pieces: readonly Piece[], index: number): number {
  return pieces[index]?.start ?? 0;
}

function rankOf(pieces: readonly Piece[]): (index: number) => number {
  return (index) => (pieces[index]?.kind ?? 0) * pieces.length + index;
}

function boundsOf(pieces: readonly Piece[]): Float64Array {
  const bounds = new Float64Array(pieces.length * 2);
  for (const [index, piece] of pieces.entries()) {
    bounds[index * 2] = piece.start;
    bounds[index * 2 + 1] = piece.end;
  }
  bounds.sort();
  return bounds.filter((bound, index) => index === 0 || bound !== bounds[index - 1]);
}

function append(
  columns: { start: number[]; end: number[]; fileOffset: number[]; kind: PieceKind[] },
  from: number,
  to: number,
  fileOffset: number,
  kind: PieceKind,
): void {
  const last = columns.start.length - 1;
  const hasBytes = kind === PIECE_STORED || kind === PIECE_CORRUPT;
  const [lastStart = 0, lastOffset = 0] = [columns.start[last], columns.fileOffset[last]];
  const continues = !hasBytes || lastOffset + (from - lastStart) === fileOffset;
  if (last >= 0 && columns.end[last] === from && columns.kind[last] === kind && continues) {
    columns.end[last] = to;
    return;
  }
  columns.start.push(from);
  columns.end.push(to);
  columns.fileOffset.push(hasBytes ? fileOffset : 0);
  columns.kind.push(kind);
}
