/** The part of an address space that is scrolled through, as addresses. */
export interface Extent {
  readonly start: bigint;
  /** Exclusive. */
  readonly end: bigint;
}

/** Steps of the thumb: more than any screen has pixels, and exact in a number. */
const thumbSteps = 2n ** 48n;

/**
 * Where a view of rows is in an address space. No element can be as high as 2^64 bytes in rows: a
 * browser caps heights at about 2^25 pixels. So the position is an address and a part of a row.
 */
export class ScrollModel {
  readonly extent: Extent;
  readonly bytesPerRow: number;
  /** Rows that are shown as a whole. */
  readonly visibleRows: number;
  #top: bigint;
  /** How much of the top row is scrolled out, from 0 to below 1. */
  #offset = 0;

  constructor(extent: Extent, bytesPerRow: number, visibleRows: number) {
    this.bytesPerRow = bytesPerRow;
    this.visibleRows = Math.max(1, visibleRows);
    const size = BigInt(bytesPerRow);
    this.extent = {
      start: rowOf(extent.start, bytesPerRow),
      end: ((extent.end + size - 1n) / size) * size,
    };
    this.#top = this.extent.start;
  }

  /** The address of the top row, a multiple of `bytesPerRow`. */
  get top(): bigint {
    return this.#top;
  }

  get offset(): number {
    return this.#offset;
  }

  /** The highest address that can be the top. */
  get lastTop(): bigint {
    const { start, end } = this.extent;
    const last = end - BigInt(this.visibleRows * this.bytesPerRow);
    return last < start ? start : last;
  }

  /** 0 at the start, 1 at the end. */
  get fraction(): number {
    const all = this.lastTop - this.extent.start;
    return all === 0n
      ? 0
      : Number(((this.#top - this.extent.start) * thumbSteps) / all) / Number(thumbSteps);
  }

  moveTo(top: bigint, offset: number = 0): void {
    const row = rowOf(top, this.bytesPerRow);
    const { start } = this.extent;
    const { lastTop } = this;
    this.#top = row < start ? start : row > lastTop ? lastTop : row;
    this.#offset = this.#top === row && row < lastTop ? offset : 0;
  }

  moveToFraction(fraction: number): void {
    const steps = BigInt(Math.round(Math.min(1, Math.max(0, fraction)) * Number(thumbSteps)));
    const { start } = this.extent;
    this.moveTo(start + ((this.lastTop - start) * steps) / thumbSteps);
  }

  /** Scrolls by rows, also by a part of one; negative ones go up. */
  scrollBy(rows: number): void {
    const to = this.#offset + rows;
    const whole = Math.floor(to);
    this.moveTo(this.#top + BigInt(whole) * BigInt(this.bytesPerRow), to - whole);
  }

  /** Scrolls as little as shows an address; to a third of the height where it is far away. */
  reveal(address: bigint): void {
    const row = rowOf(address, this.bytesPerRow);
    const size = BigInt(this.bytesPerRow);
    const rows = BigInt(this.visibleRows);
    const first = this.#offset > 0 ? this.#top + size : this.#top;
    const last = this.#top + (rows - 1n) * size;
    if (row >= first && row <= last) {
      return;
    }
    if (row < first && first - row <= rows * size) {
      this.moveTo(row);
    } else if (row > last && row - last <= rows * size) {
      this.moveTo(row - (rows - 1n) * size);
    } else {
      this.moveTo(row - (rows / 3n) * size);
    }
  }
}

/** The address of the row that holds an address. */
export function rowOf(address: bigint, bytesPerRow: number): bigint {
  return address - (((address % BigInt(bytesPerRow)) + BigInt(bytesPerRow)) % BigInt(bytesPerRow));
}
