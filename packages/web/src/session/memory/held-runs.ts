import type { Progress } from '@vmcorekit/core';

/** A half-open stretch of one space that the dump has bytes of. */
export interface HeldRun {
  readonly start: bigint;
  readonly end: bigint;
}

/** The held runs of [from, to), ascending. */
export type RunsBetween = (from: bigint, to: bigint) => Iterable<HeldRun>;

/** Runs that are read before other work gets a turn, and before a stretch is halved. */
const runsPerStep = 1024;

type Work = Generator<Progress, bigint | null, void>;

const progress: Progress = { kind: 'progress', doing: 'looking for memory', fraction: null };

/**
 * The first held byte after the next gap. Runs that touch count as one. Null where no run comes
 * after a gap.
 */
export function* nextHeld(runs: RunsBetween, address: bigint, end: bigint): Work {
  let reached = address;
  let count = 0;
  for (const run of runs(address, end)) {
    if (run.start > reached) {
      return run.start;
    }
    reached = run.end > reached ? run.end : reached;
    if (++count % runsPerStep === 0) {
      yield progress;
    }
  }
  return null;
}

/**
 * The last held byte before the gap below an address: what `nextHeld` is, in the other direction.
 */
export function* previousHeld(runs: RunsBetween, address: bigint): Work {
  let reached = address + 1n;
  for (const run of descending(runs, 0n, reached)) {
    if (run === undefined) {
      yield progress;
    } else if (run.end < reached) {
      return run.end - 1n;
    } else {
      reached = run.start;
    }
  }
  return null;
}

/**
 * The runs of [from, to), descending. Each is clipped to that range. Sources only ascend, so a
 * range with many runs is halved. Undefined stands between two steps.
 */
function* descending(
  runs: RunsBetween,
  from: bigint,
  to: bigint,
): Generator<HeldRun | undefined, void, void> {
  const few: HeldRun[] = [];
  for (const { start, end } of runs(from, to)) {
    few.push({ start: start < from ? from : start, end: end > to ? to : end });
    if (few.length > runsPerStep) {
      break;
    }
  }
  yield undefined;
  if (few.length <= runsPerStep || to - from <= BigInt(runsPerStep)) {
    yield* few.toReversed();
    return;
  }
  const middle = (from + to) / 2n;
  yield* descending(runs, middle, to);
  yield* descending(runs, from, middle);
}
