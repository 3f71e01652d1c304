import { printable, printableLine, type ReportTable, type ReportText } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { tableLines } from '../table/table-lines.ts';

/** The text of an analyzer's report, ready to print: its tables fill the width of the style. */
export function analysisText(text: ReportText, style: Style): string {
  return text
    .flatMap((part) =>
      typeof part === 'string' ? [printableLine(part)] : linesOfTable(part, style),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function linesOfTable({ heads, cells }: ReportTable, style: Style): string[] {
  const columns = heads.map(({ title, kind }, index) => {
    const value = (row: readonly string[]) => row[index] ?? '';
    return { title, kind, value, text: (row: readonly string[]) => printable(value(row)) };
  });
  return tableLines(columns, cells, style, Number.POSITIVE_INFINITY);
}
