import type { ReportColumn } from '@vmcorekit/core';
import type { Paint, Style } from '../layout/style.ts';

/**
 * One column of a table as data. The same list serves the renderers for people (`tableLines`,
 * `RowLines`) and for programs (`rowJson`, `csvHead`, `csvRow`). Its `text` is ready to print.
 */
export interface DataColumn<Row> extends ReportColumn<Row> {
  /** Marks the cell of a row. */
  readonly paint?: (row: Row, style: Style) => Paint;
  /**
   * Of a table that is printed row by row: how wide its cells usually are, and how wide they are
   * where room is scarce. The width of its title unless given.
   */
  readonly usualWidth?: number;
  readonly leastWidth?: number;
}

/** A column that people see. */
export type ShownColumn<Row> = DataColumn<Row> & { readonly title: string };

/** The columns that people see. */
export function shownColumns<Row>(columns: readonly DataColumn<Row>[]): ShownColumn<Row>[] {
  return columns.flatMap((column) => {
    const { title } = column;
    return title === undefined ? [] : [{ ...column, title }];
  });
}
