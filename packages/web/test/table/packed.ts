import type { ColumnKind, PackedTable } from '../../dist/protocol/analysis-calls.js';

/** A table of rows of text, as the worker packs it. */
export function packed(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  kind: ColumnKind = 'word',
): PackedTable {
  return {
    heads: titles.map((title) => ({ title, kind })),
    rowCount: rows.length,
    columns: titles.map((_, column) => {
      const cells = rows.map((row) => row[column] ?? '');
      let end = 0;
      return {
        text: cells.join(''),
        ends: Uint32Array.from(cells, ({ length }) => (end += length)),
      };
    }),
  };
}
