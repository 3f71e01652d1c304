import { lowestIndex } from '../lowest-index.ts';
import type { PageState } from '../page-state.ts';
import type { MemoryPiece, PhysicalMemory, PhysicalRange } from '../physical-memory.ts';

/**
 * Which parts of a stretch of memory are stored, because they lie in ranges (ascending and
 * disjoint), and which are absent.
 */
export function* piecesOfRanges(
  ranges: readonly PhysicalRange[],
  start: number,
  end: number,
): Generator<MemoryPiece, void, void> {
  let at = start;
  for (
    let index = lowestIndex(ranges.length, (each) => (ranges[each]?.end ?? end) <= start);
    at < end;
    index++
  ) {
    const range = ranges[index];
    const from = Math.min(end, Math.max(at, range?.start ?? end));
    if (at < from) {
      yield { start: at, end: from, state: 'absent' };
    }
    const to = Math.min(end, range?.end ?? from);
    if (from < to) {
      yield { start: from, end: to, state: 'stored' };
    }
    at = Math.max(from, to);
  }
}

/**
 * What `PhysicalMemory.pieces` returns where a format knows only page states. `heldOf` gives the
 * number of bytes stored from the start of a partial page, where that is not what the ranges say.
 */
export function* piecesByPage(
  memory: Pick<PhysicalMemory, 'pageSizeInBytes' | 'pageState' | 'ranges'>,
  start: number,
  end: number,
  heldOf: (pfn: number) => number = () => memory.pageSizeInBytes,
): Generator<MemoryPiece, void, void> {
  let last: MemoryPiece | undefined;
  for (const piece of unjoined(memory, start, end, heldOf)) {
    if (last?.state === piece.state) {
      last = { ...last, end: piece.end };
    } else {
      if (last !== undefined) {
        yield last;
      }
      last = piece;
    }
  }
  if (last !== undefined) {
    yield last;
  }
}

function* unjoined(
  memory: Pick<PhysicalMemory, 'pageSizeInBytes' | 'pageState' | 'ranges'>,
  start: number,
  end: number,
  heldOf: (pfn: number) => number,
): Generator<MemoryPiece, void, void> {
  const { pageSizeInBytes } = memory;
  for (const part of piecesOfRanges(memory.ranges, start, end)) {
    if (part.state === 'absent') {
      yield part;
      continue;
    }
    for (let at = part.start; at < part.end; ) {
      const pfn = Math.floor(at / pageSizeInBytes);
      const to = Math.min(part.end, (pfn + 1) * pageSizeInBytes);
      const state = memory.pageState(pfn);
      const heldTo = state === 'partial' ? Math.min(to, pfn * pageSizeInBytes + heldOf(pfn)) : to;
      if (at < heldTo) {
        yield { start: at, end: heldTo, state: state === 'partial' ? 'stored' : state };
      }
      if (heldTo < to) {
        yield { start: Math.max(at, heldTo), end: to, state: 'corrupt' };
      }
      at = to;
    }
  }
}

/** Whether the bytes of that state are known. */
export function isHeld(state: PageState): state is 'stored' | 'zero' {
  return state === 'stored' || state === 'zero';
}

/** The state of memory that consists of these pieces; `absent` for none. */
export function stateOfPieces(pieces: Iterable<MemoryPiece>): PageState {
  const states = new Set(Array.from(pieces, ({ state }) => state));
  const held = (['stored', 'zero'] as const).find((state) => states.has(state));
  const missing = (['corrupt', 'excluded', 'absent'] as const).find((state) => states.has(state));
  return held === undefined ? (missing ?? 'absent') : missing === undefined ? held : 'partial';
}

/**
 * Fills the target with the known bytes at an address, and with zeros where none are known. Returns
 * the pieces of that memory. Throws `page-unreadable` where a stored page turns out to be corrupt.
 */
export function readHeld(
  memory: Pick<PhysicalMemory, 'pieces' | 'readInto'>,
  address: number,
  target: Uint8Array,
): readonly MemoryPiece[] {
  const pieces = Array.from(memory.pieces(address, address + target.length));
  target.fill(0);
  for (const { start, end, state } of pieces) {
    if (state === 'stored') {
      memory.readInto(start, target.subarray(start - address, end - address));
    }
  }
  return pieces;
}
