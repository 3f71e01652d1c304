/** Browsers draw no element that is higher: Firefox stops at 17.9 million pixels (measured). */
const maxHeightInPixels = 15_000_000;
const spareRows = 12;

/** The rows that are drawn, of those in view, and where they stand. */
export interface RowWindow {
  readonly first: number;
  /** After the last. */
  readonly end: number;
  readonly topInPixels: number;
}

/**
 * Where rows stand. All are as high as the usual one until `measure` learns better, as of a row
 * that wraps.
 */
export class RowPlaces {
  readonly count: number;
  readonly usualHeight: number;
  /** Where each row begins, and the last ends; null while all are equally high. */
  #tops: Float64Array | null = null;
  #heights: Float32Array | null = null;

  constructor(count: number, usualHeight: number) {
    this.usualHeight = usualHeight;
    this.count = Math.min(count, Math.floor(maxHeightInPixels / usualHeight));
  }

  get height(): number {
    return this.topOf(this.count);
  }

  topOf(index: number): number {
    return this.#topsNow()?.[index] ?? index * this.usualHeight;
  }

  /** The row at a place, the nearest one for a place outside. */
  rowAt(top: number): number {
    const tops = this.#topsNow();
    const last = Math.max(0, this.count - 1);
    if (tops === null) {
      return Math.min(last, Math.max(0, Math.floor(top / this.usualHeight)));
    }
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((tops[middle] ?? 0) <= top) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Takes the height that a row has on the screen. Returns whether that is news. */
  measure(index: number, height: number): boolean {
    const known = this.#heights?.[index] ?? this.usualHeight;
    if (Math.abs(known - height) < 0.5) {
      return false;
    }
    this.#heights ??= new Float32Array(this.count).fill(this.usualHeight);
    this.#heights[index] = height;
    this.#tops = null;
    return true;
  }

  /** The rows to draw for a view of this height from this place on. */
  windowOf(top: number, height: number): RowWindow {
    const first = Math.max(0, this.rowAt(top) - spareRows);
    const end = Math.min(this.count, this.rowAt(top + height) + 1 + spareRows);
    return { first, end, topInPixels: this.topOf(first) };
  }

  #topsNow(): Float64Array | null {
    const heights = this.#heights;
    if (heights !== null && this.#tops === null) {
      this.#tops = new Float64Array(this.count + 1);
      for (let index = 0; index < this.count; index++) {
        this.#tops[index + 1] = (this.#tops[index] ?? 0) + (heights[index] ?? 0);
      }
    }
    return this.#tops;
  }
}
