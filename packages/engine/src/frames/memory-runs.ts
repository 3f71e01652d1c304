import type { MappedRun, TableFrames } from '@vmcorekit/core';

/** The limit that `Mmu.mappedRuns` has. */
const defaultLimit = 65_536;
/** Bounds what hostile tables cost that map the same scattered frames again and again. */
const maxPieces = 2 ** 24;

/**
 * Mapped runs of frames as runs of memory, at most `limit`. Frames that are no pages of the memory
 * are left out.
 */
export function* memoryRuns(
  runs: Iterable<MappedRun>,
  frames: TableFrames,
  pageSizeInBytes: number,
  limit: number = defaultLimit,
): Generator<MappedRun, void, void> {
  let yielded = 0;
  let last: MappedRun | null = null;
  for (const piece of pieces(runs, frames, pageSizeInBytes)) {
    if (last !== null && follows(last, piece)) {
      last = extended(last, piece.lengthInBytes);
      continue;
    }
    if (last !== null && yielded++ < limit) {
      yield last;
    }
    if (yielded >= limit) {
      return;
    }
    last = piece;
  }
  if (last !== null && yielded < limit) {
    yield last;
  }
}

function* pieces(
  runs: Iterable<MappedRun>,
  frames: TableFrames,
  size: number,
): Generator<MappedRun, void, void> {
  let count = 0;
  for (const run of runs) {
    const first = run.physicalAddress / size;
    for (const part of frames.runsWithin(first, first + run.lengthInBytes / size)) {
      if (++count > maxPieces) {
        return;
      }
      yield {
        ...run,
        virtualAddress: run.virtualAddress + BigInt((part.frame - first) * size),
        physicalAddress: part.page * size,
        lengthInBytes: part.count * size,
      };
    }
  }
}

function extended(run: MappedRun, byBytes: number): MappedRun {
  return { ...run, lengthInBytes: run.lengthInBytes + byBytes };
}

function follows(last: MappedRun, next: MappedRun): boolean {
  return (
    last.virtualAddress + BigInt(last.lengthInBytes) === next.virtualAddress &&
    last.physicalAddress + last.lengthInBytes === next.physicalAddress &&
    last.isWritable === next.isWritable &&
    last.isExecutable === next.isExecutable
  );
}
