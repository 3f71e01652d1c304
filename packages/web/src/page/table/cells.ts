import type { PackedTable } from '../../protocol/analysis-calls.ts';

/** The cells of a table by row and column. */
export class Cells {
  readonly heads: PackedTable['heads'];
  readonly rowCount: number;
  readonly #columns: PackedTable['columns'];
  readonly #longest: Map<number, number> = new Map();
  /** Columns in small letters with their ends, made when they are first searched. */
  readonly #lowered: Map<number, PackedTable['columns'][number]> = new Map();

  constructor({ heads, rowCount, columns }: PackedTable) {
    this.heads = heads;
    this.rowCount = rowCount;
    this.#columns = columns;
  }

  /** Empty for a cell that is not there. */
  at(row: number, column: number): string {
    return cellOf(this.#columns[column], row);
  }

  /** The greatest number of places that a cell of the column takes. */
  longestOf(column: number): number {
    const longest = this.#longest.get(column) ?? this.#measured(column);
    this.#longest.set(column, longest);
    return longest;
  }

  #measured(column: number): number {
    const { text, ends } = this.#columns[column] ?? empty;
    const isPlain = isAscii(text);
    let longest = 0;
    for (let row = 0; row < ends.length; row++) {
      const length = (ends[row] ?? 0) - (ends[row - 1] ?? 0);
      const places = isPlain ? length : placesOf(this.at(row, column));
      longest = Math.max(longest, places);
    }
    return longest;
  }

  /** Marks the rows whose cell contains a word of small letters. */
  mark(column: number, word: string, marks: Uint8Array): void {
    const { text, ends } = this.#loweredOf(column);
    let row = 0;
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at)) {
      row = rowAt(ends, at, row);
      if (at + word.length <= (ends[row] ?? 0)) {
        marks[row] = 1;
        at = ends[row] ?? text.length;
      } else {
        // It begins in this cell and ends in another.
        at += 1;
      }
    }
  }

  #loweredOf(column: number): PackedTable['columns'][number] {
    const known = this.#lowered.get(column);
    if (known !== undefined) {
      return known;
    }
    const own = this.#columns[column] ?? empty;
    const text = own.text.toLowerCase();
    // Some letters get longer, as İ does.
    const lowered = text.length === own.text.length ? { text, ends: own.ends } : lower(own);
    this.#lowered.set(column, lowered);
    return lowered;
  }
}

const empty = { text: '', ends: new Uint32Array() };

function cellOf(column: PackedTable['columns'][number] = empty, row: number): string {
  return column.text.slice(row === 0 ? 0 : column.ends[row - 1], column.ends[row]);
}

function lower(column: PackedTable['columns'][number]): PackedTable['columns'][number] {
  const cells = Array.from(column.ends, (_, row) => cellOf(column, row).toLowerCase());
  let end = 0;
  return { text: cells.join(''), ends: Uint32Array.from(cells, ({ length }) => (end += length)) };
}

/** The first row from `from` on that ends after a position. */
function rowAt(ends: Uint32Array, position: number, from: number): number {
  let low = from;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > position) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** Letters of East Asia are two places wide in a monospaced font. */
function placesOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter >= '\u1100' ? 2 : 1), 0);
}
