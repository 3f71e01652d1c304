import type { Dump } from '../dump.ts';
import type { HeuristicContext } from '../heuristic.ts';
import type { Progress } from '../progress.ts';
import type { SymbolTable } from '../symbol-source.ts';
import type { CandidateView } from './candidate-state.ts';

/** Run-time symbols of a kernel seen through its page tables: from the first symbol source that finds its own in memory. */
export function* symbolsOf(
  context: HeuristicContext,
  dump: Dump,
  view: CandidateView,
): Generator<Progress, SymbolTable | undefined, void> {
  return yield* context.memo(`symbols through ${view.root.pageTableRoot}/${view.root.levels}`, () => carve(context, dump, view));
}

function* carve(context: HeuristicContext, dump: Dump, view: CandidateView): Generator<Progress, SymbolTable | undefined, void> {
  for (const source of context.symbolSources) {
    if (source.carve === undefined) {
      continue;
    }
    const work = source.carve(dump, view.space, view.runs);
    for (let step = work.next(); ; step = work.next()) {
      if (step.done !== true) {
        yield { kind: 'progress', doing: `looking for ${source.name} in memory`, fraction: null };
        continue;
      }
      if (step.value !== undefined) {
        return step.value;
      }
      break;
    }
  }
  return undefined;
}
