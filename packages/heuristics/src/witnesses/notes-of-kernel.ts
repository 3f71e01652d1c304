import type { HeuristicContext, KernelView, Progress } from '@vmcorekit/core';
import {
  isNoteOfSymbols,
  ownNoteLook,
  ownNotesIn,
  type ParsedNote,
  pointedNoteOf,
} from '@vmcorekit/linux';
import { checkPass } from '../scans/check-pass.ts';

/**
 * The notes in memory that are of this kernel: no other has its symbols at the same places. Where
 * the kernel itself points to one, no other is searched for. Throws `transfer-limit`.
 */
export function* notesOfKernel(
  context: HeuristicContext,
  kernel: KernelView,
): Generator<Progress, readonly ParsedNote[], void> {
  const pointed = pointedNoteOf(kernel);
  if (pointed !== undefined && isNoteOfSymbols(kernel.symbols, pointed.info)) {
    return [pointed];
  }
  checkPass(context.dump, [ownNoteLook]);
  const notes = yield* ownNotesIn(context);
  return notes.filter(({ info }) => isNoteOfSymbols(kernel.symbols, info));
}
