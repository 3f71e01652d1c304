import type { Analyzer, Report } from '../analyzer.ts';
import type { Dump } from '../dump.ts';
import { VmcorekitError } from '../errors.ts';
import { viewOf } from '../locate/image-windows.ts';
import { carveSymbols } from '../locate/symbols-of.ts';
import { tolerantSymbolSource } from '../locate/tolerant-symbol-source.ts';
import type { Options } from '../option.ts';
import type { Progress } from '../progress.ts';
import type { SymbolSource } from '../symbol-source.ts';
import type { Verdict } from '../verdict.ts';
import { asPluginError } from './plugin-call.ts';

/** Gives an analyzer its context, symbols looked for first, and runs it. Throws `plugin-failed` where it throws, or returns no report. */
export function* runAnalyzer(
  analyzer: Analyzer,
  dump: Dump,
  verdict: Verdict,
  options: Options,
  symbolSources: readonly SymbolSource[],
): Generator<Progress, Report, void> {
  const view = verdict.kernel === null ? null : viewOf(dump, verdict.kernel);
  const tolerant = symbolSources.map((source) => tolerantSymbolSource(source, () => {}));
  const symbols = view === null ? undefined : yield* carveSymbols(tolerant, dump, view);
  const what = `analyzer '${analyzer.name}'`;
  let report: Report;
  try {
    report = yield* analyzer.run({ dump, verdict, space: view?.space ?? null, symbols: symbols ?? null }, options);
  } catch (error) {
    throw asPluginError(what, error);
  }
  if (!isReport(report)) {
    throw new VmcorekitError('plugin-failed', { what, because: 'it returned no report, which is { text: lines, data }' });
  }
  return report;
}

/** A plug-in may return anything. */
function isReport(report: unknown): report is Report {
  return (
    typeof report === 'object' &&
    report !== null &&
    'data' in report &&
    'text' in report &&
    Array.isArray(report.text) &&
    report.text.every((line) => typeof line === 'string')
  );
}
