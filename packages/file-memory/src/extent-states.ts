import type { ByteState, MemoryPiece, PageState } from '@vmcorekit/core';
import { type Extents, extentAt } from './extents.ts';
import { PIECE_CORRUPT, PIECE_EXCLUDED, PIECE_STORED, PIECE_ZERO } from './piece.ts';

/** The states, indexed by kind. */
const states: readonly ByteState[] = ['stored', 'corrupt', 'excluded', 'zero'];
const absent = 1 << states.length;
const held = (1 << PIECE_STORED) | (1 << PIECE_ZERO);

/** The state of a page as a whole. Makes no pieces, because a search asks for millions of pages. */
export function stateOf(extents: Extents, start: number, end: number): PageState {
  let at = start;
  let kinds = 0;
  for (let index = extentAt(extents, start); at < end && index < extents.count; index++) {
    const from = extents.start[index] ?? 0;
    if (from >= end) {
      break;
    }
    kinds |= (1 << (extents.kind[index] ?? 0)) | (from > at ? absent : 0);
    at = extents.end[index] ?? end;
  }
  return stateOfKinds(at < end ? kinds | absent : kinds);
}

/** What is known of memory, byte by byte. */
export function* piecesOf(
  extents: Extents,
  start: number,
  end: number,
): Generator<MemoryPiece, void, void> {
  let at = start;
  for (let index = extentAt(extents, start); at < end && index < extents.count; index++) {
    const from = Math.min(end, extents.start[index] ?? end);
    if (from > at) {
      yield { start: at, end: from, state: 'absent' };
      at = from;
    }
    const to = Math.min(end, extents.end[index] ?? end);
    if (to > at) {
      yield { start: at, end: to, state: states[extents.kind[index] ?? 0] ?? 'absent' };
      at = to;
    }
  }
  if (at < end) {
    yield { start: at, end, state: 'absent' };
  }
}

/** The states of a page, indexed by a bit for each kind in it. */
function stateOfKinds(kinds: number): PageState {
  if ((kinds & held) === 0) {
    return (kinds & (1 << PIECE_CORRUPT)) !== 0
      ? 'corrupt'
      : (kinds & (1 << PIECE_EXCLUDED)) !== 0
        ? 'excluded'
        : 'absent';
  }
  return (kinds & ~held) !== 0
    ? 'partial'
    : (kinds & (1 << PIECE_STORED)) !== 0
      ? 'stored'
      : 'zero';
}
