import { cellTextOf, hex, printable, unknownText } from '@vmcorekit/core';
import type { DataColumn } from './data-column.ts';

/** A cell for people. */
export function cellText<Row>({ value, text }: DataColumn<Row>, row: Row): string {
  return text === undefined ? printable(cellTextOf(value(row))) : text(row);
}

/** An address or offset for people; `–` where it is not known. */
export function hexOrUnknown(value: number | bigint | null | undefined): string {
  return value == null ? unknownText : hex(value);
}
