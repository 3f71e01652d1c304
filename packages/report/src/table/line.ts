/** Between two cells. */
export const gap = '  ';
/** Before a row of a table. */
export const indent = '  ';
/** Before what stands beneath a row. */
export const deepIndent = '    ';

/** Of cells of these widths side by side. */
export function sizeOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, gap.length * Math.max(0, widths.length - 1));
}

/** A line that cells are put into, each at its column, or after a gap where that is taken. */
export class Line {
  /** What the cells look like is not counted in `length`. */
  text = '';
  length = 0;

  put(column: number, cell: string, painted: string = cell): void {
    const least = this.length === 0 ? 0 : this.length + gap.length;
    const at = Math.max(column, least);
    if (cell !== '') {
      this.text += ' '.repeat(at - this.length) + painted;
      this.length = at + cell.length;
    }
  }
}
