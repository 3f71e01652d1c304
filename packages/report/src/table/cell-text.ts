import { type CellValue, hex, printable } from '@vmcorekit/core';
import type { DataColumn } from './data-column.ts';

/** What stands for a value that is not known. */
export const unknownText = '–';

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
