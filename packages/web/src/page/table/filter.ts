import type { Cells } from './cells.ts';

/** One condition on a row. */
export interface FilterWord {
  /** The columns of which one must contain the word. */
  readonly columns: readonly number[];
  /** In small letters. */
  readonly word: string;
}

/**
 * What a user wrote into the filter. All its words must be in a row. `column:word` is about one
 * column, where a column is called so; quotation marks keep words together.
 */
export function filterWords(text: string, titles: readonly string[]): FilterWord[] {
  const all = titles.map((_, index) => index);
  const words = text.toLowerCase().match(/(?:[^\s":]*:)?"[^"]*"?|\S+/g) ?? [];
  return words.flatMap((each) => {
    const [, name = '', rest = ''] = /^([^"]*?):(.*)$/s.exec(each) ?? [];
    const named = all.filter((index) => nameOf(titles[index]) === name);
    const [columns, word] = name !== '' && named.length > 0 ? [named, rest] : [all, each];
    const bare = word.replaceAll('"', '');
    return bare === '' ? [] : [{ columns, word: bare }];
  });
}

/** A title of two words is named without the space. */
function nameOf(title = ''): string {
  return title.toLowerCase().replaceAll(/\s/g, '');
}

/**
 * The rows that meet a filter, ascending; null where all do because nothing is asked for.
 *
 * @param only marks the rows that may be shown; null for all
 */
export function filteredRows(
  cells: Cells,
  text: string,
  only: Uint8Array | null = null,
): Uint32Array | null {
  const words = filterWords(
    text,
    cells.heads.map(({ title }) => title),
  );
  const meets = words.map(({ columns, word }) => {
    const marks = new Uint8Array(cells.rowCount);
    for (const column of columns) {
      cells.mark(column, word, marks);
    }
    return marks;
  });
  const conditions = only === null ? meets : [only, ...meets];
  if (conditions.length === 0) {
    return null;
  }
  const rows = new Uint32Array(cells.rowCount);
  let count = 0;
  for (let row = 0; row < cells.rowCount; row++) {
    if (conditions.every((marks) => marks[row] === 1)) {
      rows[count++] = row;
    }
  }
  return rows.slice(0, count);
}
