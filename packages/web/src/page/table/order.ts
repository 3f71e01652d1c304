import type { Cells } from './cells.ts';

/** How rows are ordered: by a column, up or down. */
export interface Order {
  readonly column: number;
  readonly isDescending: boolean;
}

/** What a click on the head of a column changes: up, then down, then the original order. */
export function nextOrder(order: Order | null, column: number): Order | null {
  if (order?.column !== column) {
    return { column, isDescending: false };
  }
  return order.isDescending ? null : { column, isDescending: true };
}

/**
 * The rows by a column. Numbers and hexadecimal addresses are compared as numbers; all else as
 * text, where the numbers in it count as numbers. Cells that are empty or unknown come last. Rows
 * with equal cells keep their order.
 */
export function orderedRows(cells: Cells, rows: Uint32Array, order: Order): Uint32Array {
  const texts = Array.from(rows, (row) => cells.at(row, order.column));
  const keys = keysOf(texts);
  const sign = order.isDescending ? -1 : 1;
  const places = Uint32Array.from(rows, (_, place) => place);
  places.sort((one, other) => {
    const first = keys[one] ?? null;
    const second = keys[other] ?? null;
    if (first === second) {
      return one - other;
    }
    if (first === null || second === null) {
      return first === null ? 1 : -1;
    }
    return first < second ? -sign : sign;
  });
  return places.map((place) => rows[place] ?? 0);
}

const isUnknown = (text: string): boolean => text === '' || text === '–';
const decimal = /^-?\d{1,15}(?:\.\d+)?$/;
const hexadecimal = /^(?:0x)?[0-9a-f]+$/i;

/** One key a cell, all of one type; null for what is not known. */
function keysOf(texts: readonly string[]): (number | string | null)[] {
  const known = texts.filter((text) => !isUnknown(text));
  if (known.every((text) => decimal.test(text))) {
    return texts.map((text) => (isUnknown(text) ? null : Number(text)));
  }
  const keyOf = known.every((text) => hexadecimal.test(text)) ? hexKey : textKey;
  return texts.map((text) => (isUnknown(text) ? null : keyOf(text)));
}

/** A number of 64 bits does not fit a number of JavaScript; as text of one length it sorts. */
function hexKey(text: string): string {
  return text.toLowerCase().replace(/^0x/, '').padStart(32, '0');
}

function textKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(20, '0'));
}
