import { type CellValue, VmcorekitError } from '@vmcorekit/core';
import { csvHead, csvRow, type DataColumn, jsonLine, rowJson } from '@vmcorekit/report';
import type { KeptReport } from './kept-reports.ts';

type Row = readonly CellValue[];

/**
 * Rows as `--csv` or `--jsonl` prints them: the chosen ones in their order, or all. Throws `usage`
 * where the answer is no table.
 */
export function exportRows(
  { columns: keys, rows }: KeptReport,
  form: 'csv' | 'jsonl',
  chosen?: Uint32Array,
): string {
  if (rows === null) {
    const allowed = 'an analyzer whose answer is a table';
    throw new VmcorekitError('usage', { what: `--${form}`, got: 'no table', allowed });
  }
  const columns = keys.map(
    (key, index): DataColumn<Row> => ({ key, value: (row) => row[index] ?? null }),
  );
  const lineOf = (row: Row): string =>
    form === 'csv' ? csvRow(columns, row) : jsonLine(rowJson(columns, row));
  const written =
    chosen === undefined
      ? rows
      : Array.from(chosen).flatMap((index) => {
          const row = rows[index];
          return row === undefined ? [] : [row];
        });
  return (form === 'csv' ? csvHead(columns) : '') + written.map(lineOf).join('');
}
