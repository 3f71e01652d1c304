import type { InflatePlace } from '@vmcorekit/compressors';
import type { Scratch } from '../scratch.ts';

/** The most windows kept: 512 MiB of scratch space. A larger file gets points further apart. */
const usualMaxWindows = 16_384;
const windowInBytes = 32_768;

/**
 * Places where the decoder of a deflate stream can begin. Each has its place in the contents, and a
 * window: the bytes before it, which lie in scratch space.
 */
export class AccessPoints {
  /** Offsets in the contents. */
  readonly starts: number[] = [];
  readonly #bits: number[] = [];
  readonly #blockBits: number[] = [];
  /** −1 where the point needs no window. */
  readonly #windowSlots: number[] = [];
  readonly #windowLengths: number[] = [];
  readonly #store: Scratch;
  readonly #maxWindows: number;
  readonly #freeSlots: number[] = [];
  #slots = 0;
  #spanInBytes: number;

  constructor(store: Scratch, spanInBytes: number, maxWindows: number = usualMaxWindows) {
    this.#store = store;
    this.#maxWindows = maxWindows;
    this.#spanInBytes = spanInBytes;
  }

  get count(): number {
    return this.starts.length;
  }

  /** How far two points should be apart in the contents. Grows with the number of windows. */
  get spanInBytes(): number {
    return this.#spanInBytes;
  }

  place(index: number): InflatePlace {
    return { bit: this.#bits[index] ?? 0, blockBit: this.#blockBits[index] ?? 0 };
  }

  windowLength(index: number): number {
    return this.#windowLengths[index] ?? 0;
  }

  /** Reads the window of a point. */
  window(index: number): Uint8Array {
    const bytes = new Uint8Array(this.windowLength(index));
    this.#store.readInto(Math.max(0, this.#windowSlots[index] ?? 0) * windowInBytes, bytes);
    return bytes;
  }

  add(start: number, place: InflatePlace, window: Uint8Array): void {
    let slot = -1;
    if (window.length > 0) {
      slot = this.#freeSlots.pop() ?? this.#slots++;
      this.#store.writeAt(slot * windowInBytes, window);
    }
    this.starts.push(start);
    this.#bits.push(place.bit);
    this.#blockBits.push(place.blockBit);
    this.#windowSlots.push(slot);
    this.#windowLengths.push(window.length);
    if (this.#slots - this.#freeSlots.length >= this.#maxWindows) {
      this.#thin();
    }
  }

  /** Drops every second point that has a window, but never two in a row. */
  #thin(): void {
    this.#spanInBytes *= 2;
    let kept = 0;
    let wasDropped = true;
    for (let index = 0; index < this.count; index++) {
      const slot = this.#windowSlots[index] ?? -1;
      wasDropped = !wasDropped && slot >= 0;
      if (wasDropped) {
        this.#freeSlots.push(slot);
        continue;
      }
      for (const column of this.#columns()) {
        column[kept] = column[index] ?? 0;
      }
      kept += 1;
    }
    for (const column of this.#columns()) {
      column.length = kept;
    }
  }

  #columns(): number[][] {
    return [this.starts, this.#bits, this.#blockBits, this.#windowSlots, this.#windowLengths];
  }
}
