import {
  cellTextOf,
  type ReportColumn,
  type ReportRows,
  type ReportText,
  reportRows,
  reportTable,
} from '@vmcorekit/core';

/** An answer, or a part of one, that is one table. */
export interface OneTable {
  readonly text: ReportText;
  readonly rows: ReportRows;
}

/** One table for people and for programs. `none` stands in the text where it has no rows. */
export function oneTable<Row>(
  columns: readonly ReportColumn<Row>[],
  rows: readonly Row[],
  none?: string,
): OneTable {
  return {
    text: rows.length === 0 && none !== undefined ? [none] : [reportTable(columns, rows)],
    rows: reportRows(columns, rows),
  };
}

/** The address of what a row is about; people see it without `0x`, as crash shows it. */
export function addressColumn(title: string): ReportColumn<{ readonly address: string }> {
  return {
    key: 'address',
    title,
    value: ({ address }) => address,
    text: ({ address }) => address.slice(2),
  };
}

/** Seconds in a column for people, to the millisecond. */
export function secondsText(seconds: number | null): string {
  return cellTextOf(seconds?.toFixed(3) ?? null);
}
