import type { ReportTable } from '@vmcorekit/core';
import { cellText } from './cell-text.ts';
import { type DataColumn, shownColumns } from './data-column.ts';

/** A table as people see it, for what lays it out by itself. All its text is ready to show. */
export function textTable<Row>(
  columns: readonly DataColumn<Row>[],
  rows: Iterable<Row>,
): ReportTable {
  const shown = shownColumns(columns);
  return {
    heads: shown.map(({ title, kind = 'word' }) => ({ title, kind })),
    cells: Array.from(rows, (row) => shown.map((column) => cellText(column, row))),
  };
}
