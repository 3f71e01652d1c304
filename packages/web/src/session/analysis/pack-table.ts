import {
  type CellValue,
  cellTextOf,
  printable,
  printableLine,
  type ReportTable,
  type ReportText,
} from '@vmcorekit/core';
import type { ColumnKind, PackedColumn, PackedTable } from '../../protocol/analysis-calls.ts';

/** A text with more characters is better read over several lines. */
const longestWord = 48;

/** Lines and tables for people, with every character that could mislead escaped. */
export function packText(text: ReportText): (string | PackedTable)[] {
  const parts: (string | PackedTable)[] = [];
  let lines: string[] = [];
  const endLines = (): void => {
    if (lines.length > 0) {
      parts.push(lines.join('\n'));
      lines = [];
    }
  };
  for (const part of text) {
    if (typeof part === 'string') {
      lines.push(printableLine(part));
    } else {
      endLines();
      parts.push(packTable(part));
    }
  }
  endLines();
  return parts;
}

function packTable({ heads, cells }: ReportTable): PackedTable {
  return {
    heads: heads.map(({ title, kind }) => ({ title, kind })),
    rowCount: cells.length,
    columns: heads.map((_, index) => packColumn(cells, (row) => printable(row[index] ?? ''))),
  };
}

/** The table for programs. Its columns have the names of JSON and CSV. */
export function packRows(
  columns: readonly string[],
  rows: readonly (readonly CellValue[])[],
): PackedTable {
  return {
    heads: columns.map((title, index) => ({ title, kind: kindOf(rows, index) })),
    rowCount: rows.length,
    columns: columns.map((_, index) =>
      packColumn(rows, (row) => printable(cellTextOf(row[index] ?? null))),
    ),
  };
}

function packColumn<Row>(rows: readonly Row[], textOf: (row: Row) => string): PackedColumn {
  const ends = new Uint32Array(rows.length);
  const cells: string[] = [];
  let end = 0;
  for (const [index, row] of rows.entries()) {
    const cell = textOf(row);
    cells.push(cell);
    end += cell.length;
    ends[index] = end;
  }
  return { text: cells.join(''), ends };
}

function kindOf(rows: readonly (readonly CellValue[])[], index: number): ColumnKind {
  let kind: ColumnKind = 'number';
  for (const row of rows) {
    const value = row[index] ?? null;
    if (typeof value === 'object' && value !== null && value.length > 1) {
      return 'prose';
    }
    if (typeof value === 'string' && value.length > longestWord && value.includes(' ')) {
      return 'prose';
    }
    if (typeof value !== 'number' && value !== null) {
      kind = 'word';
    }
  }
  return kind;
}
