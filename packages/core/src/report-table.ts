import type { CellValue, ReportRows } from './report-rows.ts';

/**
 * What a column holds. `number`: aligned at its right. `prose`: shares the width that is left, and
 * wraps. `sentence`: prose that stands beneath its row where the width is scarce. `word`: all else;
 * neither a word nor a number ever breaks.
 */
export type ColumnKind = 'word' | 'number' | 'prose' | 'sentence';

/** One column of an answer, for people and for programs. */
export interface ReportColumn<Row> {
  /** Its name in JSON and CSV; a column without one is for people only. */
  readonly key?: string;
  /** Its head for people; a column without one is for programs only. */
  readonly title?: string;
  readonly kind?: ColumnKind;
  readonly value: (row: Row) => CellValue;
  /** The value for people. Without it: the value itself, `–` for null. */
  readonly text?: (row: Row) => string;
}

/** A table among the lines of a report, laid out by the program that prints it. */
export interface ReportTable {
  readonly heads: readonly { readonly title: string; readonly kind: ColumnKind }[];
  /** One cell for each head. */
  readonly cells: readonly (readonly string[])[];
}

/** What people read: lines, and tables between them. */
export type ReportText = readonly (string | ReportTable)[];

/** The lines of a text where nothing lays tables out: each row is a line, its cells two apart. */
export function reportLines(text: ReportText): string[] {
  return text.flatMap((part) =>
    typeof part === 'string'
      ? [part]
      : [part.heads.map(({ title }) => title), ...part.cells].map((cells) => cells.join('  ')),
  );
}

/** Whether a value has the shape of a report's text; a plug-in may return anything. */
export function isReportText(value: unknown): value is ReportText {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' || isTable(part));
}

function isTable(part: unknown): part is ReportTable {
  if (typeof part !== 'object' || part === null || !('heads' in part) || !('cells' in part)) {
    return false;
  }
  const { heads, cells } = part;
  return (
    Array.isArray(heads) &&
    heads.every((head) => typeof head?.title === 'string') &&
    Array.isArray(cells) &&
    cells.every(
      (row) =>
        Array.isArray(row) &&
        row.length === heads.length &&
        row.every((cell) => typeof cell === 'string'),
    )
  );
}

/** The columns with a title, as a table for people. */
export function reportTable<Row>(
  columns: readonly ReportColumn<Row>[],
  rows: Iterable<Row>,
): ReportTable {
  const shown = columns.filter(({ title }) => title !== undefined);
  return {
    heads: shown.map(({ title = '', kind = 'word' }) => ({ title, kind })),
    cells: Array.from(rows, (row) =>
      shown.map(({ value, text }) => (text === undefined ? cellTextOf(value(row)) : text(row))),
    ),
  };
}

/** The columns with a key, as rows for programs. */
export function reportRows<Row>(
  columns: readonly ReportColumn<Row>[],
  rows: Iterable<Row>,
): ReportRows {
  const keyed = columns.flatMap(({ key, value }) => (key === undefined ? [] : [{ key, value }]));
  return {
    columns: keyed.map(({ key }) => key),
    rows: {
      *[Symbol.iterator]() {
        for (const row of rows) {
          yield keyed.map(({ value }) => value(row));
        }
      },
    },
  };
}

/** What stands for a value that is not known. */
export const unknownText = '–';

/** A value for people. */
export function cellTextOf(value: CellValue): string {
  if (value === null) {
    return unknownText;
  }
  return typeof value === 'object' ? value.join(', ') : String(value);
}
