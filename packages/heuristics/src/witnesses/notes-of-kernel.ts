import type { HeuristicContext, KernelView, Progress } from '@vmcorekit/core';
import { isNoteOfSymbols, ownNotesIn, type ParsedNote, pointedNoteOf } from '@vmcorekit/linux';

/**
 * The notes in memory that are of this kernel: no other has its symbols at the same places. Where
 * the kernel itself points to one, no other is searched for.
 */
export function* notesOfKernel(
  context: HeuristicContext,
  kernel: KernelView,
): Generator<Progress, readonly ParsedNote[], void> {
  const pointed = pointedNoteOf(kernel);
  return pointed !== undefined && isNoteOfSymbols(kernel.symbols, pointed.info)
    ? [pointed]
    : (yield* ownNotesIn(context)).filter(({ info }) => isNoteOfSymbols(kernel.symbols, info));
}
