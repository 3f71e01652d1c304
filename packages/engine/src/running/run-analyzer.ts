import {
  type Analyzer,
  asPluginError,
  type Dump,
  type Options,
  type Progress,
  type Report,
  type SymbolSource,
  type Verdict,
  VmcorekitError,
} from '@vmcorekit/core';
import { viewOf } from '../search/image-windows.ts';
import { carveSymbols } from '../search/symbols-of.ts';
import { tolerantSymbolSource } from '../search/tolerant-symbol-source.ts';

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
