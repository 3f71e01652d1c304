import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface Column {
  readonly title: string;
  /** Shares the width that is left, and wraps; the others keep their natural width. */
  readonly isFlexible?: boolean;
  readonly isRightAligned?: boolean;
}

const indent = '  ';
const gap = '  ';
/** A narrower column is hard to read. */
const leastFlexibleWidth = 16;

/** No reader of a table reads more; a hostile file may have a million notes or ranges. */
const maxRows = 2000;

/**
 * Lines of a table with a faint head; no lines for no rows. After 2,000 rows only the number of the
 * others. Cells hold printable text without colour.
 */
export function table(
  columns: readonly Column[],
  all: Iterable<readonly string[]>,
  style: Style,
): string[] {
  const rows: (readonly string[])[] = [];
  let others = 0;
  for (const row of all) {
    if (rows.length < maxRows) {
      rows.push(row);
    } else {
      others++;
    }
  }
  if (rows.length === 0) {
    return [];
  }
  const widths = columnWidths(columns, rows, style.width);
  const line = (cells: readonly string[]) =>
    (
      indent +
      cells
        .map((cell, index) =>
          pad(cell, widths[index] ?? 0, columns[index]?.isRightAligned === true),
        )
        .join(gap)
    ).trimEnd();
  const body = rows.flatMap((row) => {
    const cells = columns.map((_, index) => wrap(row[index] ?? '', widths[index] ?? 0));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, at) => line(cells.map((cell) => cell[at] ?? '')));
  });
  const more = others > 0 ? [`${indent}and ${others} more (--json shows all)`] : [];
  return [style.faint(line(columns.map((column) => column.title))), ...body, ...more];
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const natural = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const total = natural.reduce((sum, one) => sum + gap.length + one, indent.length - gap.length);
  const flexible = columns.flatMap((column, index) => (column.isFlexible === true ? [index] : []));
  if (total <= width || flexible.length === 0) {
    return natural;
  }
  let left = width - total + flexible.reduce((sum, index) => sum + (natural[index] ?? 0), 0);
  // The narrowest first: what they do not need goes to the others.
  const byWidth = flexible.sort((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0));
  for (const [done, index] of byWidth.entries()) {
    const share = Math.floor(left / (byWidth.length - done));
    const own = Math.min(natural[index] ?? 0, Math.max(leastFlexibleWidth, share));
    natural[index] = own;
    left -= own;
  }
  return natural;
}

function pad(text: string, width: number, isRightAligned: boolean): string {
  return isRightAligned ? text.padStart(width) : text.padEnd(width);
}
