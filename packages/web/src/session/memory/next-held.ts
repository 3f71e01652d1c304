import type { Dump, Kernel, Progress } from '@vmcorekit/core';
import { kernelRange } from '@vmcorekit/engine';
import type { HeldRequest } from '../../protocol/memory-calls.ts';
import { nextHeld, previousHeld, type RunsBetween } from './held-runs.ts';

/** More than a kernel maps that uses large pages; a hostile table maps one page for ever. */
const maxRuns = 2 ** 22;

/**
 * The nearest byte beyond a gap that the dump has. Physical memory: a stored one, not one that is
 * only known to be zero. Virtual memory: a mapped one.
 */
export function* heldBeyondGap(
  dump: Dump,
  kernel: Kernel | null,
  { space, address, direction }: HeldRequest,
): Generator<Progress, bigint | null, void> {
  const runs = space === 'physical' ? physicalRuns(dump) : virtualRuns(dump, kernel);
  const { ranges } = dump.image.memory;
  const end =
    space === 'physical'
      ? BigInt(ranges.at(-1)?.end ?? 0)
      : 1n << BigInt(kernel?.memory.wordSizeInBits ?? 64);
  return direction === 'next'
    ? yield* nextHeld(runs, address, end)
    : yield* previousHeld(runs, address < end ? address : end);
}

function physicalRuns({ image: { memory } }: Dump): RunsBetween {
  return function* (from, to) {
    for (const { start, end } of memory.storedRuns(Number(from), Number(to))) {
      yield { start: BigInt(start), end: BigInt(end) };
    }
  };
}

function virtualRuns(dump: Dump, kernel: Kernel | null): RunsBetween {
  const mmu = dump.architecture?.mmu;
  return function* (from, to) {
    if (mmu === undefined || kernel === null) {
      return;
    }
    const { root } = kernel;
    // The other half is that of a process, and its tables are those of any.
    const own = kernelRange(kernel);
    const start = from > own.start ? from : own.start;
    const end = to < own.end ? to : own.end;
    for (const run of mmu.mappedRuns(dump.image.memory, root, start, end, maxRuns)) {
      yield { start: run.virtualAddress, end: run.virtualAddress + BigInt(run.lengthInBytes) };
    }
  };
}
