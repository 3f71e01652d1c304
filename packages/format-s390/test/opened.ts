import type { DumpImage, MemoryPiece } from '@vmcorekit/core';

/** Bytes that differ from page to page, and between seeds. */
export function pattern(lengthInBytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: lengthInBytes }, (_, at) => (at * 7 + (at >> 12) + seed) & 0xff);
}

/** Neighbours of one state as one line each. */
export function statesOf({ memory }: DumpImage, end: number): string[] {
  const joined: MemoryPiece[] = [];
  for (const piece of memory.pieces(0, end)) {
    const last = joined.at(-1);
    if (last?.state === piece.state) {
      joined[joined.length - 1] = { ...last, end: piece.end };
    } else {
      joined.push(piece);
    }
  }
  return joined.map(
    ({ start, end, state }) => `${state} ${start.toString(16)}-${end.toString(16)}`,
  );
}
