import { csvHead, csvRow, type DataColumn, jsonLine, rowJson } from '@vmcorekit/report';
import type { RowForm } from '../arguments/row-form-options.ts';
import { type Io, write } from '../io.ts';

/** Writes a table for programs to stdout, row by row. */
export async function writeRows<Row>(
  io: Pick<Io, 'stdout'>,
  form: RowForm,
  columns: readonly DataColumn<Row>[],
  rows: Iterable<Row>,
): Promise<void> {
  if (form === 'csv') {
    await write(io.stdout, csvHead(columns));
  }
  for (const row of rows) {
    await write(io.stdout, form === 'csv' ? csvRow(columns, row) : jsonLine(rowJson(columns, row)));
  }
}
