import type { Style } from '../layout/style.ts';
import { longestToken, wrap } from '../layout/wrap.ts';
import { cellText } from './cell-text.ts';
import { type Band, layOut } from './column-layout.ts';
import { type DataColumn, type ShownColumn, shownColumns } from './data-column.ts';
import { Line } from './line.ts';

/** No reader of a table reads more; a hostile file may have a million notes or ranges. */
const usualMaxRows = 2000;

/** Undefined for the head. */
type CellPaint = (text: string, index: number) => string;

/**
 * A whole table for people with a faint head, each column as wide as its widest cell; no lines for
 * no rows. After `maxRows` (2,000 unless given) follows only the number of the others. Columns that
 * do not fit beside the others stand beneath them. There is no head where no column has a title.
 */
export function tableLines<Row>(
  all: readonly DataColumn<Row>[],
  rows: Iterable<Row>,
  style: Style,
  maxRows: number = usualMaxRows,
): string[] {
  const columns = shownColumns(all);
  const shown: { readonly row: Row; readonly cells: readonly string[] }[] = [];
  let others = 0;
  for (const row of rows) {
    if (shown.length < maxRows) {
      shown.push({ row, cells: columns.map((column) => cellText(column, row)) });
    } else {
      others++;
    }
  }
  if (shown.length === 0) {
    return [];
  }
  const titles = columns.map(({ title }) => title);
  const bands = layOut(
    columns.map(({ kind, title }, index) => {
      const texts = shown.map(({ cells }) => cells[index] ?? '');
      return {
        kind,
        natural: greatest(texts, title.length, (text) => text.length),
        longestToken: greatest(texts, 0, longestToken),
      };
    }),
    style.width,
  );
  const headBands = titles.every((title) => title === '')
    ? []
    : bands.filter(({ hasHead }) => hasHead);
  return [
    ...linesOf(titles, columns, headBands).map(style.faint),
    ...shown.flatMap(({ row, cells }) =>
      linesOf(cells, columns, bands, (text, index) => {
        const paint = columns[index]?.paint?.(row, style);
        return paint === undefined ? text : paint(text);
      }),
    ),
    ...(others > 0 ? [`  and ${others} more (--json shows all)`] : []),
  ];
}

function greatest(texts: readonly string[], least: number, of: (text: string) => number): number {
  return texts.reduce((most, text) => Math.max(most, of(text)), least);
}

function linesOf(
  texts: readonly string[],
  columns: readonly ShownColumn<never>[],
  bands: readonly Band[],
  paint: CellPaint = (text) => text,
): string[] {
  return bands.flatMap((band) => {
    const cells = band.columns.map(({ index, width }) => wrap(texts[index] ?? '', width));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, at) => {
      const line = new Line();
      for (const [place, { index, start, width }] of band.columns.entries()) {
        const text = cells[place]?.[at]?.trimEnd() ?? '';
        const isNumber = columns[index]?.kind === 'number';
        line.put(isNumber ? start + width - text.length : start, text, paint(text, index));
      }
      return line.text;
    });
  });
}
