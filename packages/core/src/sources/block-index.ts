import { lowestIndex } from '../lowest-index.ts';

/**
 * Where the blocks of a packed file lie, in the order of their contents, as columns of numbers: 24
 * bytes a block. A dump of 1 TiB in chunks of 64 KiB has 16 million of them.
 */
export class BlockIndex {
  #count = 0;
  #unpackedEnds: Float64Array;
  #packedOffsets: Float64Array;
  #packedLengths: Float64Array;

  constructor(capacity: number = 1024) {
    this.#unpackedEnds = new Float64Array(capacity);
    this.#packedOffsets = new Float64Array(capacity);
    this.#packedLengths = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** The size of what all blocks hold together. */
  get unpackedSizeInBytes(): number {
    return this.unpackedStart(this.#count);
  }

  /** Adds the next block: its contents follow those of the block before. */
  push(packedOffset: number, packedLengthInBytes: number, unpackedLengthInBytes: number): void {
    if (this.#count === this.#unpackedEnds.length) {
      this.#resize(Math.max(16, 2 * this.#count));
    }
    const start = this.unpackedSizeInBytes;
    this.#unpackedEnds[this.#count] = start + unpackedLengthInBytes;
    this.#packedOffsets[this.#count] = packedOffset;
    this.#packedLengths[this.#count] = packedLengthInBytes;
    this.#count += 1;
  }

  /** Frees what `push` allocated in advance. */
  trim(): this {
    this.#resize(this.#count);
    return this;
  }

  /** The block that holds an offset of the contents; `count` where that lies after the last one. */
  blockAt(unpackedOffset: number): number {
    return lowestIndex(this.#count, (index) => this.unpackedEnd(index) <= unpackedOffset);
  }

  unpackedStart(index: number): number {
    return index === 0 ? 0 : this.unpackedEnd(index - 1);
  }

  unpackedEnd(index: number): number {
    return this.#unpackedEnds[index] ?? 0;
  }

  packedOffset(index: number): number {
    return this.#packedOffsets[index] ?? 0;
  }

  packedLengthInBytes(index: number): number {
    return this.#packedLengths[index] ?? 0;
  }

  #resize(capacity: number): void {
    this.#unpackedEnds = resized(this.#unpackedEnds, capacity);
    this.#packedOffsets = resized(this.#packedOffsets, capacity);
    this.#packedLengths = resized(this.#packedLengths, capacity);
  }
}

function resized(column: Float64Array, capacity: number): Float64Array {
  const copy = new Float64Array(capacity);
  copy.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return copy;
}
