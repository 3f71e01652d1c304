import { RowElements } from './row-pool.ts';

/**
 * The rows on the screen, as children of one element. Scrolling by a few rows moves their elements
 * from one end to the other; only those are written.
 */
export class RowList {
  readonly #parent: HTMLElement;
  readonly #rows: RowElements[] = [];
  #bytesPerRow = 0;

  constructor(parent: HTMLElement) {
    this.#parent = parent;
  }

  get rows(): readonly RowElements[] {
    return this.#rows;
  }

  /** Makes so many rows of so many bytes. */
  resize(count: number, bytesPerRow: number): void {
    if (bytesPerRow !== this.#bytesPerRow) {
      this.#bytesPerRow = bytesPerRow;
      this.#rows.length = 0;
      this.#parent.replaceChildren();
    }
    while (this.#rows.length < count) {
      const row = new RowElements();
      this.#rows.push(row);
      this.#parent.append(row.element);
    }
    for (const row of this.#rows.splice(count)) {
      row.element.remove();
    }
  }

  /** Reuses the rows that stay on the screen where the top becomes another address. */
  turnTo(top: bigint): void {
    const first = this.#rows[0]?.shown;
    if (first === undefined) {
      return;
    }
    const by = (top - first.address) / BigInt(this.#bytesPerRow);
    const count = BigInt(this.#rows.length);
    if (by > 0n && by < count) {
      const moving = this.#rows.splice(0, Number(by));
      this.#rows.push(...moving);
      this.#parent.append(...moving.map(({ element }) => element));
    } else if (by < 0n && -by < count) {
      const moving = this.#rows.splice(Number(count + by));
      this.#rows.unshift(...moving);
      this.#parent.prepend(...moving.map(({ element }) => element));
    }
  }
}
