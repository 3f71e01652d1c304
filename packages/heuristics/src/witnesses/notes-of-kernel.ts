import type { HeuristicContext, KernelView, Progress } from '@vmcorekit/core';
import { isNoteOfSymbols, ownNotesIn, type ParsedNote } from '@vmcorekit/linux';

/** The notes in memory that are of this kernel: no other has its symbols at the same places. */
export function* notesOfKernel(
  context: HeuristicContext,
  { symbols }: KernelView,
): Generator<Progress, readonly ParsedNote[], void> {
  return (yield* ownNotesIn(context)).filter(({ info }) => isNoteOfSymbols(symbols, info));
}
