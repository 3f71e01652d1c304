import { type CellValue, printable } from '@vmcorekit/core';
import type { DataColumn } from './data-column.ts';

/** The line of CSV that names the columns, as RFC 4180 wants it. */
export function csvHead<Row>(columns: readonly DataColumn<Row>[]): string {
  return csvLine(columns.flatMap(({ key }) => (key === undefined ? [] : [key])));
}

/**
 * One row as a line of CSV. Numbers are decimal, so a negative one stays a number for every reader.
 * Nothing stands for null. The items of a list are separated by spaces.
 */
export function csvRow<Row>(columns: readonly DataColumn<Row>[], row: Row): string {
  return csvLine(
    columns.flatMap(({ key, value }) => (key === undefined ? [] : [cellOf(value(row))])),
  );
}

function cellOf(value: CellValue): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  return guarded(printable(typeof value === 'object' ? value.join(' ') : value));
}

/**
 * A spreadsheet runs a text that begins so as a formula, and a dump or a file's name chooses that
 * text. An apostrophe before it makes it a text. Source: OWASP, "CSV Injection". A control
 * character cannot be first: `printable` escapes it.
 */
function guarded(text: string): string {
  return /^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
}

/** Lines end with CR LF. Source: RFC 4180, section 2. */
function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** A semicolon too: where a comma is the decimal point, spreadsheets split at it. */
function quoted(cell: string): string {
  return /[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
