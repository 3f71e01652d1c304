/** What a cell of a table holds; null where it is not known. */
export type CellValue = null | boolean | number | string | readonly string[];

/** An answer that is a table, for programs. */
export interface ReportRows {
  /** Names of the columns, as JSON and CSV show them. */
  readonly columns: readonly string[];
  /** One cell for each column. May make its rows as they are asked for, once. */
  readonly rows: Iterable<readonly CellValue[]>;
}
