/** A cell by its place among the rows shown, and its column. */
export interface CellPlace {
  readonly place: number;
  readonly column: number;
}

/** Where a key leads from a cell; null for a key that leads nowhere. */
export function movedIn(
  { place, column }: CellPlace,
  key: string,
  { rows, columns, rowsOfPage }: Readonly<Record<'rows' | 'columns' | 'rowsOfPage', number>>,
): CellPlace | null {
  const to = (nextPlace: number, nextColumn: number): CellPlace => ({
    place: Math.max(0, Math.min(rows - 1, nextPlace)),
    column: Math.max(0, Math.min(columns - 1, nextColumn)),
  });
  switch (key) {
    case 'ArrowDown':
      return to(place + 1, column);
    case 'ArrowUp':
      return to(place - 1, column);
    case 'ArrowRight':
      return to(place, column + 1);
    case 'ArrowLeft':
      return to(place, column - 1);
    case 'PageDown':
      return to(place + rowsOfPage, column);
    case 'PageUp':
      return to(place - rowsOfPage, column);
    case 'Home':
      return to(0, column);
    case 'End':
      return to(rows - 1, column);
    default:
      return null;
  }
}
