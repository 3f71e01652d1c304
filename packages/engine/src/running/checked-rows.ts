import { asPluginError, type CellValue, type ReportRows, VmcorekitError } from '@vmcorekit/core';

/** Whether it has the shape of a table; its rows are checked when they are asked for. */
export function areReportRows(value: unknown): value is ReportRows {
  return (
    typeof value === 'object' &&
    value !== null &&
    'columns' in value &&
    areTexts(value.columns) &&
    'rows' in value &&
    typeof value.rows === 'object' &&
    value.rows !== null &&
    Symbol.iterator in value.rows
  );
}

/** The same rows. Asking for one throws `plugin-failed` where it is none, or making it throws. */
export function checkedRows(what: string, { columns, rows }: ReportRows): ReportRows {
  return { columns, rows: { [Symbol.iterator]: () => checked(what, columns.length, rows) } };
}

function* checked(
  what: string,
  cellCount: number,
  rows: ReportRows['rows'],
): Generator<readonly CellValue[], void, void> {
  const iterator = rows[Symbol.iterator]();
  for (;;) {
    let next: IteratorResult<readonly CellValue[]>;
    try {
      next = iterator.next();
    } catch (error) {
      throw asPluginError(what, error);
    }
    if (next.done === true) {
      return;
    }
    if (!isRow(next.value, cellCount)) {
      const because = 'a row of its report is not one cell for each column';
      throw new VmcorekitError('plugin-failed', { what, because });
    }
    yield next.value;
  }
}

function isRow(row: unknown, cellCount: number): boolean {
  return Array.isArray(row) && row.length === cellCount && row.every(isCell);
}

function isCell(cell: unknown): boolean {
  return cell === null || ['boolean', 'number', 'string'].includes(typeof cell) || areTexts(cell);
}

export function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}
