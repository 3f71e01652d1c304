/**
 * Pieces of a file and their places, as three columns of numbers: 24 bytes a piece. A 1 TiB guest's
 * dump has millions of them.
 */
export class Extents {
  length: number = 0;
  /** Start of a piece in the contents. */
  starts: Float64Array;
  /** End of a piece in the contents, exclusive. */
  ends: Float64Array;
  /** Offset of its bytes in the flattened file. */
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

  /** Frees what `push` allocated in advance. */
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
