/** A binary heap of numbers by rank, the least first. */
export class PriorityQueue {
  readonly #items: number[] = [];
  readonly #rank: (item: number) => number;

  constructor(rank: (item: number) => number) {
    this.#rank = rank;
  }

  get first(): number | undefined {
    return this.#items[0];
  }

  add(item: number): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#isBefore(at, parent)) {
        return;
      }
      this.#swap(at, parent);
      at = parent;
    }
  }

  removeFirst(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) {
      return;
    }
    this.#items[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBefore(child, least)) {
          least = child;
        }
      }
      if (least === at) {
        return;
      }
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#rank(this.#items[a] ?? 0) < this.#rank(this.#items[b] ?? 0);
  }

  #swap(a: number, b: number): void {
    const [atA = 0, atB = 0] = [this.#items[a], this.#items[b]];
    this.#items[a] = atB;
    this.#items[b] = atA;
  }
}
