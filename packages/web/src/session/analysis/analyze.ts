import type { Registry } from '@vmcorekit/engine';
import type { Analysis, AnalyzerEntry } from '../../protocol/analysis-calls.ts';
import type { KeptReport } from './kept-reports.ts';
import { packRows, packText } from './pack-table.ts';

/** All analyzers, with what a form of their options shows. */
export function analyzersOf(registry: Registry): AnalyzerEntry[] {
  return registry.all('analyzers').map(({ name, summary, options }) => ({
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

/** A report as the page shows it. */
export function analysisOf({ report, columns, rows }: KeptReport): Analysis {
  const { text, data, remarks = [], sources = {}, svg } = report;
  return {
    text: packText(text),
    rows: rows === null ? null : packRows(columns, rows),
    remarks,
    sources,
    svg: svg ?? null,
    isAnswered: data != null,
  };
}
