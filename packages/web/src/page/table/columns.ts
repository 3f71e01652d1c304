import { memoryLink } from '../links/memory-link.ts';
import type { Cells } from './cells.ts';

/** A text that is longer wraps, if its column may. */
const longestLine = 60;
const narrowestProse = 22;
/** Beside the title, for the sign of the order. */
const signPlaces = 2;

/** Whether a table has texts that are better read over several lines. */
export function wantsWrap(cells: Cells): boolean {
  return cells.heads.some(
    ({ kind }, column) => mayWrap(kind) && cells.longestOf(column) > longestLine,
  );
}

/**
 * The columns of a table as a grid of CSS. A word or a number never breaks, so the column is as
 * wide as its longest. Prose shares the width that is left.
 */
export function gridColumns(cells: Cells, wraps: boolean): string {
  const sharing = cells.heads.map(({ kind }) => wraps && mayWrap(kind));
  const columns = cells.heads.map(({ title }, column) => {
    const places = Math.max(title.length + signPlaces, cells.longestOf(column));
    return sharing[column] === true
      ? `minmax(${widthOf(Math.min(places, narrowestProse))}, ${places}fr)`
      : widthOf(places);
  });
  // What no column takes stays free at the end.
  return [...columns, ...(sharing.includes(true) ? [] : ['1fr'])].join(' ');
}

export function mayWrap(kind: Cells['heads'][number]['kind']): boolean {
  return kind === 'prose' || kind === 'sentence';
}

function widthOf(places: number): string {
  return `calc(${places}ch + var(--step) * 4)`;
}

const pointer = /^(?:0x)?(?:ff[0-9a-f]{2}|c000|9000)[0-9a-f]{12}$/;

/** What many rows agree on holds for the others too: a cell that differs is no link by itself. */
const rowsLookedAt = 2000;

/**
 * The columns whose known cells are addresses of kernel memory by their form: such a cell leads to
 * that memory.
 */
export function pointerColumns(cells: Cells): ReadonlySet<number> {
  const found = new Set<number>();
  for (const column of cells.heads.keys()) {
    if (isOfPointers(cells, column)) {
      found.add(column);
    }
  }
  return found;
}

function isOfPointers(cells: Cells, column: number): boolean {
  let pointers = 0;
  for (let row = 0; row < Math.min(cells.rowCount, rowsLookedAt); row++) {
    const text = cells.at(row, column);
    if (pointer.test(text)) {
      pointers += 1;
    } else if (text !== '' && text !== '–' && !/^(?:0x)?0+$/.test(text)) {
      return false;
    }
  }
  return pointers > 0;
}

/** The page's address of the memory that a cell names; null for a cell without a pointer. */
export function memoryAddress(text: string): string | null {
  return pointer.test(text) ? memoryLink('virtual', BigInt(`0x${text.replace(/^0x/, '')}`)) : null;
}
