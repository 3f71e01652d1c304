import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';
import { cellText, type DataColumn, layoutOf, shownColumns } from './data-column.ts';

/** A whole table for people, each column as wide as its widest cell; no lines for no rows. */
export function tableLines<Row>(
  columns: readonly DataColumn<Row>[],
  rows: Iterable<Row>,
  style: Style,
): string[] {
  const shown = shownColumns(columns);
  const texts = function* (): Generator<readonly string[], void, void> {
    for (const row of rows) {
      yield shown.map((column) => cellText(column, row));
    }
  };
  return table(shown.map(layoutOf), texts(), style);
}
