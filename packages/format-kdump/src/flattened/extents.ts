/**
 * Pieces of a file and where they belong, as three columns of numbers: 24 bytes a piece. A 1 TiB
 * guest's dump has millions of them.
 */
export class Extents {
  length: number = 0;
  /** Where a piece begins in the contents. */
  starts: Float64Array;
  /** Where it ends in the contents, exclusive. */
  ends: Float64Array;
  /** Where its bytes lie in the flattened file. */
  fileOffsets: Float64Array;

  constructor(capacity: number = 1024) {
    this.starts = new Float64Array(capacity);
    this.ends = new Float64Array(capacity);
    this.fileOffsets = new Float64Array(capacity);
  }

  push(start: number, end: number, fileOffset: number): void {
    if (this.length === this.starts.length) {
      this.#resize(this.length * 2);
    }
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.fileOffsets[this.length] = fileOffset;
    this.length += 1;
  }

  /** Gives back what `push` took in advance. */
  trim(): this {
    this.#resize(this.length);
    return this;
  }

  #resize(capacity: number): void {
    this.starts = resized(this.starts, capacity);
    this.ends = resized(this.ends, capacity);
    this.fileOffsets = resized(this.fileOffsets, capacity);
  }
}

function resized(column: Float64Array, capacity: number): Float64Array {
  const copy = new Float64Array(capacity);
  copy.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return copy;
}
