import type { Dump, HeuristicContext, Progress, SymbolSource, SymbolTable } from '@vmcorekit/core';

/** `carveSymbols`, once a search for each root. */
export function* symbolsOf(
  context: HeuristicContext,
  dump: Dump,
  view: Parameters<HeuristicContext['symbolsOf']>[0],
): Generator<Progress, SymbolTable | undefined, void> {
  const { pageTableRoot, levels } = view.root;
  return yield* context.memo(`symbols through ${pageTableRoot}/${levels}`, () => carveSymbols(context.symbolSources, dump, view));
}

/** Run-time symbols of a kernel seen through its page tables: from the first symbol source that finds its own in memory. */
export function* carveSymbols(
  sources: readonly SymbolSource[],
  dump: Dump,
  view: Parameters<HeuristicContext['symbolsOf']>[0],
): Generator<Progress, SymbolTable | undefined, void> {
  for (const source of sources) {
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
