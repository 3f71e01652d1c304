import type { NotRun, Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import type { DataColumn } from '../../table/data-column.ts';
import { tableLines } from '../../table/table-lines.ts';

const remarkColumns: readonly DataColumn<Verdict['remarks'][number]>[] = [
  { title: 'by', value: ({ by }) => by },
  { title: 'remark', kind: 'prose', value: ({ finding }) => finding.because },
];

const notRunColumns: readonly DataColumn<NotRun>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'because', kind: 'prose', value: ({ because }) => because },
];

/** What heuristics found that names no kernel. */
export function remarkLines(remarks: Verdict['remarks'], style: Style): string[] {
  return tableLines(remarkColumns, remarks, style);
}

/** The heuristics that did not run, each with the reason. */
export function notRunLines(notRun: readonly NotRun[], style: Style): string[] {
  return tableLines(notRunColumns, notRun, style);
}
