import {
  type Analyzer,
  type AnalyzerContext,
  asPluginError,
  isReportText,
  type OptionSpecs,
  type Options,
  type Progress,
  type Report,
  VmcorekitError,
} from '@vmcorekit/core';
import { areReportRows, areTexts, checkedRows } from './checked-rows.ts';

/** Runs an analyzer. Throws `plugin-failed` where it throws, or returns no report. */
export function* runAnalyzer<Data, Specs extends OptionSpecs>(
  analyzer: Analyzer<Data, Specs>,
  context: AnalyzerContext,
  options: Options<Specs>,
): Generator<Progress, Report<Data>, void> {
  const what = `analyzer '${analyzer.name}'`;
  let report: Report<Data>;
  try {
    report = yield* analyzer.run(context, options);
  } catch (error) {
    throw asPluginError(what, error);
  }
  if (!isReport(report)) {
    throw new VmcorekitError('plugin-failed', {
      what,
      because: 'it returned no report, which is { text: lines, data }',
    });
  }
  return report.rows === undefined ? report : { ...report, rows: checkedRows(what, report.rows) };
}

/** A plug-in may return anything. */
function isReport(report: unknown): boolean {
  return (
    typeof report === 'object' &&
    report !== null &&
    'data' in report &&
    'text' in report &&
    isReportText(report.text) &&
    (!('remarks' in report) || report.remarks === undefined || areTexts(report.remarks)) &&
    (!('rows' in report) || report.rows === undefined || areReportRows(report.rows)) &&
    (!('sources' in report) ||
      report.sources === undefined ||
      areTexts(Object.values(report.sources ?? { none: null })))
  );
}
