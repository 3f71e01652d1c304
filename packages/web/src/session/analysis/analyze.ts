import type { Dump, Verdict } from '@vmcorekit/core';
import type { DriveOptions, Toolkit } from '@vmcorekit/engine';
import { analysisJson } from '@vmcorekit/report';
import type { Analysis, AnalyzeRequest, AnalyzerEntry } from '../../protocol/analysis-calls.ts';

/** All analyzers, with what a form of their options shows. */
export function analyzersOf(toolkit: Toolkit): AnalyzerEntry[] {
  return toolkit.registry.all('analyzers').map(({ name, summary, options }) => ({
    name,
    summary,
    options: Object.entries(options).map(([option, { type, summary: about, choices }]) => ({
      name: option,
      type,
      summary: about,
      ...(choices === undefined ? {} : { choices }),
    })),
  }));
}

/** Runs one analyzer. Throws `unknown-name`, `usage` and `plugin-failed`. */
export async function analyze(
  toolkit: Toolkit,
  dump: Dump,
  verdict: Verdict,
  { name, options = {} }: AnalyzeRequest,
  work: DriveOptions,
): Promise<Analysis> {
  const report = await toolkit.analyze(name, dump, verdict, options, work);
  const { text, rows, remarks = [], svg } = report;
  return {
    json: analysisJson({ analyzer: name, dump, verdict, report }, 'data'),
    text,
    rows: rows === undefined ? null : { columns: rows.columns, rows: [...rows.rows] },
    remarks,
    svg: svg ?? null,
    isAnswered: report.data != null,
  };
}
