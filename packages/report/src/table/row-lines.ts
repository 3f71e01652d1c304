import type { Style } from '../layout/style.ts';
import { wrap } from '../layout/wrap.ts';
import { cellText, type DataColumn, shownColumns, unknownText } from './data-column.ts';

const gap = '  ';
/** Of what stands beneath a row's first cell, and of what stands beneath that. */
const indent = '  ';
const deepIndent = '    ';
const leastWrapped = 20;

/**
 * A table that is printed row by row, before the rows to come are known; nothing is kept of them.
 * Columns are as wide as their cells usually are. A wider cell pushes the next ones to the right,
 * as far as they must go. No cell is broken but the last, at its spaces.
 *
 * Within a limited width, a first cell that is wider than its column stands on a line of its own,
 * and a last cell for which there is no room stands beneath its row. Where the width does not hold
 * all columns, every first cell stands on a line of its own. Without a limit a row is one line, and
 * a wider first cell widens its column from there on.
 */
export class RowLines<Row> {
  readonly #columns: readonly (DataColumn<Row> & { readonly title: string })[];
  readonly #style: Style;
  readonly #widths: number[];
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
      sizeOf(widths.slice(0, -1)) + (this.#columns.at(-1)?.title.length ?? 0) <= style.width;
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
    if (!Number.isFinite(width)) {
      this.#widths[0] = Math.max(this.#widths[0] ?? 0, first.length);
    }
    const last = cells.length - 1;
    const isAlone = this.#isStacked || first.length > (this.#widths[0] ?? 0);
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

/** A line that cells are put into, each at its column, or after a gap where that is taken. */
class Line {
  /** What the cells look like is not counted in `length`. */
  text = '';
  length = 0;

  put(column: number, cell: string, painted: string): void {
    const least = this.length === 0 ? 0 : this.length + gap.length;
    const at = Math.max(column, least);
    if (cell !== '') {
      this.text += ' '.repeat(at - this.length) + painted;
      this.length = at + cell.length;
    }
  }
}

/** Of cells of these widths, each with the gap after it. */
function sizeOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap.length, 0);
}
