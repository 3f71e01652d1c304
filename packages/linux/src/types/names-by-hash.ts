const mostBuckets = 1 << 18;
const none = -1;

/** Finds the indices of a hash without a walk over all: some hundred names are looked up. */
export class NamesByHash {
  readonly #hashes: Uint32Array;
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  constructor(hashes: Uint32Array) {
    let buckets = 1;
    while (buckets < hashes.length && buckets < mostBuckets) {
      buckets *= 2;
    }
    this.#hashes = hashes;
    this.#mask = buckets - 1;
    this.#first = new Int32Array(buckets).fill(none);
    this.#next = new Int32Array(hashes.length);
    for (let index = hashes.length - 1; index >= 0; index--) {
      const bucket = (hashes[index] as number) & this.#mask;
      this.#next[index] = this.#first[bucket] as number;
      this.#first[bucket] = index;
    }
  }

  /** Ascending. */
  *withHash(hash: number): Generator<number, void, void> {
    for (
      let index = this.#first[hash & this.#mask] as number;
      index !== none;
      index = this.#next[index] as number
    ) {
      if (this.#hashes[index] === hash) {
        yield index;
      }
    }
  }
}
