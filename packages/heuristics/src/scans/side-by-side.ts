import { type HeuristicContext, type Progress, takeAlong } from '@vmcorekit/core';
import { kernelLooks, ownNotesIn } from '@vmcorekit/linux';
import { tablesIn } from './kallsyms-tables.ts';
import { scannedNotesIn } from './vmcoreinfo-notes.ts';

/** The searches of all memory whose results the context shares. */
const shared = [ownNotesIn, scannedNotesIn, tablesIn] as const;

/**
 * Goes through memory, and takes along what the shared searches look for. So a file is read once,
 * and a search that turns out to be needed starts from what was seen. Where all searches will run,
 * they end with the first one, because a look at its findings needs less where their results are
 * known.
 */
export function* sideBySide<Result>(
  context: HeuristicContext,
  first: Generator<Progress, Result, void>,
): Generator<Progress, Result, void> {
  takeAlong(context.dump.image.memory, kernelLooks);
  const result = yield* first;
  for (const start of context.runsAllSearches === true ? shared : []) {
    yield* untilItEnds(start(context));
  }
  return result;
}

/** Its error is reported where its result is asked for. */
function* untilItEnds(work: Generator<Progress, unknown, void>): Generator<Progress, void, void> {
  for (;;) {
    try {
      const step = work.next();
      if (step.done === true) {
        return;
      }
      yield step.value;
    } catch {
      return;
    }
  }
}
