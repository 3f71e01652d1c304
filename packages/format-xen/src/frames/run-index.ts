import { lowestIndex } from '@vmcorekit/core';
import { sweep } from '@vmcorekit/file-memory';

/** Numbers that ascend together: key + n has value + n, for n below the length. */
export interface NumberRun {
  readonly key: number;
  readonly value: number;
  readonly length: number;
}

/** Finds the value of a key among runs in any order. Where keys repeat, the first counts. */
export class RunIndex {
  readonly #key: Float64Array;
  readonly #value: Float64Array;
  readonly #end: Float64Array;

  constructor(keys: readonly number[], values: readonly number[], lengths: readonly number[]) {
    const ends = Float64Array.from(keys, (key, index) => key + (lengths[index] ?? 0));
    const order = Uint32Array.from(keys, (_, index) => index);
    order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
    const found: { key: number[]; value: number[]; end: number[] } = {
      key: [],
      value: [],
      end: [],
    };
    sweep(
      { start: keys, end: ends },
      order,
      (index) => index,
      (index, from, to) => {
        found.key.push(from);
        found.value.push((values[index] ?? 0) + (from - (keys[index] ?? 0)));
        found.end.push(to);
      },
    );
    this.#key = Float64Array.from(found.key);
    this.#value = Float64Array.from(found.value);
    this.#end = Float64Array.from(found.end);
  }

  valueOf(key: number): number | undefined {
    const index = this.#firstEndingAfter(key);
    const first = this.#key[index] ?? Infinity;
    return first <= key ? (this.#value[index] ?? 0) + (key - first) : undefined;
  }

  /** The runs of keys in [start, end), cut there, ascending. */
  *within(start: number, end: number): Generator<NumberRun, void, void> {
    for (let at = this.#firstEndingAfter(start); (this.#key[at] ?? end) < end; at++) {
      const first = this.#key[at] ?? 0;
      const key = Math.max(first, start);
      const length = Math.min(this.#end[at] ?? 0, end) - key;
      yield { key, value: (this.#value[at] ?? 0) + (key - first), length };
    }
  }

  #firstEndingAfter(key: number): number {
    return lowestIndex(this.#key.length, (at) => (this.#end[at] ?? 0) <= key);
  }
}
