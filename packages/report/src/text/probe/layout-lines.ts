import { type LayoutVerdict, type MemoryLayout, printable } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import type { DataColumn } from '../../table/data-column.ts';
import { tableLines } from '../../table/table-lines.ts';

/** Where the memory of a file lies, if the file does not say it: one fact. */
export function layoutFacts(verdict: LayoutVerdict | undefined): [label: string, value: string][] {
  return verdict === undefined ? [] : [['memory', `${verdict.layout.name}, ${proofText(verdict)}`]];
}

interface Row {
  readonly layout: MemoryLayout;
  readonly outcome: string;
}

const columns: readonly DataColumn<Row>[] = [
  { title: 'memory at', value: ({ layout }) => layout.name },
  { title: 'why', kind: 'prose', value: ({ layout }) => layout.because },
  { title: 'outcome', kind: 'prose', value: ({ outcome }) => outcome },
];

/** The layout that was taken, and the others, each with what came of it. */
export function layoutLines(verdict: LayoutVerdict | undefined, style: Style): string[] {
  if (verdict === undefined) {
    return [];
  }
  const rows: Row[] = [
    { layout: verdict.layout, outcome: `taken: ${verdict.because}` },
    ...verdict.others.map(({ layout, because }) => ({ layout, outcome: because })),
  ];
  return tableLines(columns, rows, style);
}

function proofText({ isProved, layout: { basis, because } }: LayoutVerdict): string {
  if (isProved) {
    return basis === 'told' ? 'as given' : "as the kernel's own list of memory has it";
  }
  return printable(basis === 'stated' ? `not proved; ${because}` : `not proved: ${because}`);
}
