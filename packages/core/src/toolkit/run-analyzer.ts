import type { Analyzer, Report } from '../analyzer.ts';
import type { Dump } from '../dump.ts';
import { viewOf } from '../locate/image-windows.ts';
import { carveSymbols } from '../locate/symbols-of.ts';
import type { Options } from '../option.ts';
import type { Progress } from '../progress.ts';
import type { SymbolSource } from '../symbol-source.ts';
import type { Verdict } from '../verdict.ts';

/** Gives an analyzer its context, symbols looked for first, and runs it. */
export function* runAnalyzer(
  analyzer: Analyzer,
  dump: Dump,
  verdict: Verdict,
  options: Options,
  symbolSources: readonly SymbolSource[],
): Generator<Progress, Report, void> {
  const view = verdict.kernel === null ? null : viewOf(dump, verdict.kernel);
  const symbols = view === null ? undefined : yield* carveSymbols(symbolSources, dump, view);
  return yield* analyzer.run({ dump, verdict, space: view?.space ?? null, symbols: symbols ?? null }, options);
}
