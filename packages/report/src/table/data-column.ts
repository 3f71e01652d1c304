import type { CellValue } from '@vmcorekit/core';
import type { Paint, Style } from '../layout/style.ts';

/**
 * What a column holds. `number`: aligned at its right. `prose`: shares the width that is left, and
 * wraps. `sentence`: prose that stands beneath its row where the width is scarce. `word`: all else;
 * neither a word nor a number ever breaks.
 */
export type ColumnKind = 'word' | 'number' | 'prose' | 'sentence';

/**
 * One column of a table as data. The same list serves the renderers for people (`tableLines`,
 * `RowLines`) and for programs (`rowJson`, `csvHead`, `csvRow`).
 */
export interface DataColumn<Row> {
  /** Its name in JSON and CSV; a column without one is for people only. */
  readonly key?: string;
  /** Its head for people; a column without one is for programs only. */
  readonly title?: string;
  readonly kind?: ColumnKind;
  readonly value: (row: Row) => CellValue;
  /** The value for people, ready to print. Without it: the value itself, `–` for null. */
  readonly text?: (row: Row) => string;
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
