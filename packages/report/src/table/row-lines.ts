import { unknownText } from '@vmcorekit/core';
import type { Style } from '../layout/style.ts';
import { wrap } from '../layout/wrap.ts';
import { cellText } from './cell-text.ts';
import { type DataColumn, type ShownColumn, shownColumns } from './data-column.ts';
import { deepIndent, gap, indent, Line, sizeOf } from './line.ts';

const leastWrapped = 20;

/**
 * A table that is printed row by row, before the rows to come are known; nothing is kept of them.
 * Columns are as wide as their cells usually are. A wider cell pushes the next ones to the right,
 * as far as they must go. No cell is broken but the last, at its spaces.
 *
 * Within a limited width, a first cell that is wider than its column stands on a line of its own,
 * and a last cell for which there is no room stands beneath its row. Where the width does not hold
 * all columns, every first cell stands on a line of its own. Without a limit a row is one line.
 * What a row looks like does not depend on the rows before it.
 */
export class RowLines<Row> {
  readonly #columns: readonly ShownColumn<Row>[];
  readonly #style: Style;
  readonly #widths: readonly number[];
  readonly #isStacked: boolean;

  /** `firstWidth` is that of the widest cell of the first column, as far as it is known. */
  constructor(columns: readonly DataColumn<Row>[], style: Style, firstWidth: number) {
    this.#columns = shownColumns(columns);
    this.#style = style;
    const widthsBy = (width: (column: DataColumn<Row>) => number | undefined): number[] =>
      this.#columns.map((column, index) =>
        Math.max(column.title.length, (index === 0 ? firstWidth : width(column)) ?? 0),
      );
    const fits = (widths: readonly number[]): boolean =>
      sizeOf([...widths.slice(0, -1), this.#columns.at(-1)?.title.length ?? 0]) <= style.width;
    const usual = widthsBy(({ usualWidth }) => usualWidth);
    const least = widthsBy(({ leastWidth, usualWidth }) => leastWidth ?? usualWidth);
    this.#widths = fits(usual) ? usual : least;
    this.#isStacked = !fits(this.#widths);
  }

  /** The lines that name the columns. */
  head(): string[] {
    return this.#lines(this.#columns.map(({ title }) => title)).map(this.#style.faint);
  }

  /** The lines of one row. */
  row(row: Row): string[] {
    const cells = this.#columns.map((column) => cellText(column, row));
    return this.#lines(cells, row);
  }

  #lines(cells: readonly string[], row?: Row): string[] {
    const { width } = this.#style;
    const [first = ''] = cells;
    const last = cells.length - 1;
    const isTooWide = Number.isFinite(width) && first.length > (this.#widths[0] ?? 0);
    const isAlone = this.#isStacked || isTooWide;
    const line = new Line();
    let column = this.#isStacked ? indent.length : 0;
    for (const [index, cell] of cells.slice(0, last).entries()) {
      const size = this.#widths[index] ?? 0;
      if (index > 0 || !isAlone) {
        const isNumber = this.#columns[index]?.kind === 'number';
        const at = isNumber ? column + size - cell.length : column;
        line.put(at, cell, this.#painted(cell, index, row));
      }
      column += index === 0 && this.#isStacked ? 0 : size + gap.length;
    }
    const lastCell = cells[last] ?? '';
    const isBeside = Math.max(column, line.length + gap.length) + lastCell.length <= width;
    if (isBeside) {
      line.put(column, lastCell, this.#painted(lastCell, last, row));
    }
    const beneath =
      isBeside || lastCell === unknownText
        ? []
        : wrap(lastCell, Math.max(leastWrapped, width - deepIndent.length));
    return [
      ...(isAlone ? [this.#painted(first, 0, row)] : []),
      line.text,
      ...beneath.map((text) => deepIndent + text),
    ];
  }

  #painted(cell: string, index: number, row: Row | undefined): string {
    const paint = row === undefined ? undefined : this.#columns[index]?.paint?.(row, this.#style);
    return paint === undefined ? cell : paint(cell);
  }
}
