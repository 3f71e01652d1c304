import type { DumpImage, Progress } from '@vmcorekit/core';
import { compareMemory } from './compare-memory.ts';
import { compareNotes } from './compare-notes.ts';
import type { Comparison } from './comparison.ts';

/** Whether two dumps, in any formats, hold the same memory and the same notes. */
export function* compareImages(
  first: DumpImage,
  second: DumpImage,
): Generator<Progress, Comparison, void> {
  const notes = compareNotes(first, second);
  const memory = yield* compareMemory(first.memory, second.memory);
  const isEqual =
    memory.pagesDifferent === 0 &&
    memory.pagesUnknown === 0 &&
    notes.onlyIn.every((only) => only.length === 0);
  return { memory, notes, isEqual };
}
