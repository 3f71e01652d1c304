import type { LayoutVerdict, MemoryLayout, NotRun, Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import type { DataColumn } from '../../table/data-column.ts';
import { tableLines } from '../../table/table-lines.ts';

export const remarkColumns: readonly DataColumn<Verdict['remarks'][number]>[] = [
  { title: 'by', value: ({ by }) => by },
  { title: 'remark', kind: 'prose', value: ({ finding }) => finding.because },
];

export const notRunColumns: readonly DataColumn<NotRun>[] = [
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

export interface LayoutRow {
  readonly layout: MemoryLayout;
  readonly outcome: string;
}

export const layoutColumns: readonly DataColumn<LayoutRow>[] = [
  { title: 'memory at', value: ({ layout }) => layout.name },
  { title: 'why', kind: 'prose', value: ({ layout }) => layout.because },
  { title: 'outcome', kind: 'prose', value: ({ outcome }) => outcome },
];

/** The layout that was taken, and the others, each with what came of it. */
export function layoutLines(verdict: LayoutVerdict | undefined, style: Style): string[] {
  return tableLines(layoutColumns, layoutRows(verdict), style);
}

export function layoutRows(verdict: LayoutVerdict | undefined): LayoutRow[] {
  return verdict === undefined
    ? []
    : [
        { layout: verdict.layout, outcome: `taken: ${verdict.because}` },
        ...verdict.others.map(({ layout, because }) => ({ layout, outcome: because })),
      ];
}
