import type { Cpu, DumpImage, Progress } from '@vmcorekit/core';
import { compareCpus } from './compare-cpus.ts';
import { compareMemory } from './compare-memory.ts';
import { compareNotes } from './compare-notes.ts';
import type { Comparison } from './comparison.ts';

/**
 * Whether two dumps, in any formats, hold the same memory and the same notes. `cpus` are those of
 * each; of them the ones count that a format stores beside notes.
 */
export function* compareImages(
  first: DumpImage,
  second: DumpImage,
  cpus: readonly [readonly Cpu[], readonly Cpu[]] = [[], []],
): Generator<Progress, Comparison, void> {
  const notes = compareNotes(first, second);
  const stored = compareCpus(...cpus);
  const memory = yield* compareMemory(first.memory, second.memory);
  const isEqual =
    memory.pagesDifferent === 0 &&
    memory.pagesUnknown === 0 &&
    notes.onlyIn.every((only) => only.length === 0) &&
    stored.onlyIn.every((only) => only === 0);
  return { memory, notes, cpus: stored, isEqual };
}
