import { type Extent, rowOf } from './scroll-model.ts';

/** How many bytes a row and a page of the view have. */
export interface MoveSteps {
  readonly bytesPerRow: number;
  readonly visibleRows: number;
}

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
}

/**
 * The byte that a key of the grid pattern leads to (WAI-ARIA practices, grid). Undefined for a key
 * that moves nothing.
 */
export function moved(
  from: bigint,
  { key, ctrlKey }: KeyPress,
  { start, end }: Extent,
  { bytesPerRow, visibleRows }: MoveSteps,
): bigint | undefined {
  const row = BigInt(bytesPerRow);
  const page = row * BigInt(Math.max(1, visibleRows - 1));
  const clamped = (to: bigint): bigint => (to < start ? start : to >= end ? end - 1n : to);
  /** Up and down stay in their column at both ends. */
  const vertically = (by: bigint): bigint =>
    from + by < start || from + by >= end ? from : from + by;
  switch (key) {
    case 'ArrowLeft':
      return clamped(from - 1n);
    case 'ArrowRight':
      return clamped(from + 1n);
    case 'ArrowUp':
      return vertically(-row);
    case 'ArrowDown':
      return vertically(row);
    case 'PageUp':
      return clamped(from - page);
    case 'PageDown':
      return clamped(from + page);
    case 'Home':
      return clamped(ctrlKey ? start : rowOf(from, bytesPerRow));
    case 'End':
      return clamped(ctrlKey ? end - 1n : rowOf(from, bytesPerRow) + row - 1n);
    default:
      return undefined;
  }
}
