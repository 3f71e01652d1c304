import { hex, printable } from '@vmcorekit/core';
import type { Paint, Style } from '../layout/style.ts';
import type { Column } from '../layout/table.ts';

/**
 * What a column holds. `number`: aligned at its right. `prose`: shares the width that is left, and
 * wraps. `word`: all else; neither a word nor a number ever breaks.
 */
export type ColumnKind = 'word' | 'number' | 'prose';

/** What a cell holds; null where it is not known. */
export type CellValue = null | boolean | number | string | readonly string[];

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
  /** Marks the cell of a row; of a table that is printed row by row only. */
  readonly paint?: (row: Row, style: Style) => Paint;
  /**
   * Of a table that is printed row by row: how wide its cells usually are, and how wide they are
   * where room is scarce. The width of its title unless given.
   */
  readonly usualWidth?: number;
  readonly leastWidth?: number;
}

/** What stands for a value that is not known. */
export const unknownText = '–';

/** The columns that people see. */
export function shownColumns<Row>(
  columns: readonly DataColumn<Row>[],
): readonly (DataColumn<Row> & { readonly title: string })[] {
  return columns.flatMap((column) => {
    const { title } = column;
    return title === undefined ? [] : [{ ...column, title }];
  });
}

/** How `table` lays a column out. */
export function layoutOf({
  title,
  kind,
}: { readonly title: string } & Pick<DataColumn<never>, 'kind'>): Column {
  return {
    title,
    ...(kind === 'prose' ? { isFlexible: true } : {}),
    ...(kind === 'number' ? { isRightAligned: true } : {}),
  };
}

/** A cell for people. */
export function cellText<Row>({ value, text }: DataColumn<Row>, row: Row): string {
  return text === undefined ? valueText(value(row)) : text(row);
}

function valueText(value: CellValue): string {
  if (value === null) {
    return unknownText;
  }
  return printable(typeof value === 'object' ? value.join(', ') : String(value));
}

/** An address or offset for people; `–` where it is not known. */
export function hexOrUnknown(value: number | bigint | null | undefined): string {
  return value == null ? unknownText : hex(value);
}
