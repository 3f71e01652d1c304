import { isZero } from '@vmcorekit/core';
import type { Scratch } from './scratch.ts';

/** Stretches of zeros of this size, at multiples of it, are not written. */
const holeInBytes: number = 64 << 10;

/**
 * Writes into an empty store, from its start on, but leaves out zeros: what lies between reads as
 * zeros. Most of a dump is zeros, so this saves most of the room and of the time.
 */
export class SparseWriter {
  readonly #store: Scratch;
  #writtenEnd = 0;

  constructor(store: Scratch) {
    this.#store = store;
  }

  /** What was written there before is overwritten, also by zeros. */
  write(offset: number, bytes: Uint8Array): void {
    let pendingFrom = 0;
    for (let from = 0; from < bytes.length; ) {
      const left = holeInBytes - ((offset + from) % holeInBytes);
      const to = Math.min(bytes.length, from + left);
      if (offset + from >= this.#writtenEnd && isZero(bytes.subarray(from, to))) {
        this.#put(offset, bytes, pendingFrom, from);
        pendingFrom = to;
      }
      from = to;
    }
    this.#put(offset, bytes, pendingFrom, bytes.length);
  }

  /** Gives the store its size, where it ends with zeros. */
  finish(sizeInBytes: number): void {
    if (sizeInBytes > this.#writtenEnd) {
      this.#put(sizeInBytes - 1, new Uint8Array(1), 0, 1);
    }
  }

  #put(offset: number, bytes: Uint8Array, from: number, to: number): void {
    if (to > from) {
      this.#store.writeAt(offset + from, bytes.subarray(from, to));
      this.#writtenEnd = Math.max(this.#writtenEnd, offset + to);
    }
  }
}
