import type { PhysicalRange } from '@vmcorekit/core';
import { PIECE_CORRUPT, PIECE_STORED, type PieceKind, Pieces } from './piece.ts';
import { PriorityQueue } from './priority-queue.ts';

/**
 * Physical memory as disjoint, ascending stretches, in columns: start, end, kind and file offset.
 */
export interface Extents {
  readonly count: number;
  readonly start: Float64Array;
  /** Exclusive. */
  readonly end: Float64Array;
  readonly fileOffset: Float64Array;
  readonly kind: Uint8Array;
}

/**
 * Resolves overlaps: for each byte the better kind wins, and among equals the first in the file.
 * Joins neighbours that continue each other in the file, so QEMU's paging dumps (one segment a
 * mapping) become a few large stretches.
 */
export function extentsOf(pieces: Pieces): Extents {
  const found = areApart(pieces) ? joined(pieces) : resolved(pieces);
  return {
    count: found.count,
    start: Float64Array.from(found.start),
    end: Float64Array.from(found.end),
    fileOffset: Float64Array.from(found.fileOffset),
    kind: Uint8Array.from(found.kind),
  };
}

/** Whether the stretches ascend and none overlaps another, as most files have them. */
function areApart({ start, end, count }: Pieces): boolean {
  for (let index = 0; index < count; index++) {
    const after = index === 0 ? 0 : (end[index - 1] ?? 0);
    if ((start[index] ?? 0) < after || (end[index] ?? 0) < (start[index] ?? 0)) {
      return false;
    }
  }
  return true;
}

function joined(pieces: Pieces): Pieces {
  const found = new Pieces();
  for (let index = 0; index < pieces.count; index++) {
    const [from = 0, to = 0] = [pieces.start[index], pieces.end[index]];
    if (from < to) {
      append(found, from, to, pieces.kind[index] ?? 0, pieces.fileOffset[index] ?? 0);
    }
  }
  return found;
}

function resolved(pieces: Pieces): Pieces {
  const order = Uint32Array.from({ length: pieces.count }, (_, index) => index);
  order.sort((a, b) => (pieces.start[a] ?? 0) - (pieces.start[b] ?? 0));
  const bounds = boundsOf(pieces);
  const found = new Pieces();
  const open = new PriorityQueue((index) => (pieces.kind[index] ?? 0) * pieces.count + index);
  let next = 0;
  for (let i = 0; i + 1 < bounds.length; i++) {
    const [from = 0, to = 0] = [bounds[i], bounds[i + 1]];
    if (from === to) {
      continue;
    }
    for (; next < order.length && (pieces.start[order[next] ?? 0] ?? 0) <= from; next++) {
      open.add(order[next] ?? 0);
    }
    while (open.first !== undefined && (pieces.end[open.first] ?? 0) <= from) {
      open.removeFirst();
    }
    if (open.first !== undefined) {
      const start = pieces.start[open.first] ?? 0;
      append(
        found,
        from,
        to,
        pieces.kind[open.first] ?? 0,
        (pieces.fileOffset[open.first] ?? 0) + (from - start),
      );
    }
  }
  return found;
}

/** The stretch that holds an address; else the first above it, or `count`. */
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

/** The memory that the stretches cover; adjacent ones count as one. */
export function rangesOf(extents: Extents): PhysicalRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (let index = 0; index < extents.count; index++) {
    const [start = 0, end = 0] = [extents.start[index], extents.end[index]];
    const last = ranges.at(-1);
    if (last?.end === start) {
      last.end = end;
    } else {
      ranges.push({ start, end });
    }
  }
  return ranges;
}

function boundsOf(pieces: Pieces): Float64Array {
  const bounds = new Float64Array(pieces.count * 2);
  bounds.set(pieces.start);
  bounds.set(pieces.end, pieces.count);
  return bounds.sort();
}

function append(
  found: Pieces,
  from: number,
  to: number,
  kind: PieceKind,
  fileOffset: number,
): void {
  const last = found.count - 1;
  const hasBytes = kind === PIECE_STORED || kind === PIECE_CORRUPT;
  const lastEndsAt =
    (found.fileOffset[last] ?? 0) + ((found.end[last] ?? 0) - (found.start[last] ?? 0));
  if (
    last >= 0 &&
    found.end[last] === from &&
    found.kind[last] === kind &&
    (!hasBytes || lastEndsAt === fileOffset)
  ) {
    found.end[last] = to;
  } else {
    found.add(from, to, kind, hasBytes ? fileOffset : 0);
  }
}

/** The key of each extent's first block, where no two extents share a block. */
export function firstBlocksOf(extents: Extents, blockSizeInBytes: number): Float64Array {
  const keys = new Float64Array(extents.count);
  let next = 0;
  for (let index = 0; index < extents.count; index++) {
    keys[index] = next;
    const [start = 0, end = 0] = [extents.start[index], extents.end[index]];
    next += Math.ceil(end / blockSizeInBytes) - Math.floor(start / blockSizeInBytes);
  }
  return keys;
}
