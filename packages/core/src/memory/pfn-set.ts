const bitsPerChunk = 32 * 1024;
const bytesPerChunk: number = bitsPerChunk / 8;
const fullChunk: Uint8Array = new Uint8Array(bytesPerChunk).fill(0xff);

interface Chunk {
  /** Null once every bit is set: so a full scan of a large dump costs nothing to remember. */
  bytes: Uint8Array | null;
  missing: number;
}

/**
 * A set of page frame numbers, one bit each. Chunks are allocated when first touched; a chunk that
 * is all in the set takes no room.
 */
export class PfnSet {
  readonly #chunks: Map<number, Chunk> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** One more than the highest member; 0 for an empty set. */
  get end(): number {
    let end = 0;
    for (const { firstPfn, bytes } of this.bitmap()) {
      const last = bytes.findLastIndex((byte) => byte !== 0);
      end = last < 0 ? end : firstPfn + 8 * last + (32 - Math.clz32(bytes[last] ?? 0));
    }
    return end;
  }

  has(pfn: number): boolean {
    const inChunk = pfn % bitsPerChunk;
    const chunk = this.#chunks.get((pfn - inChunk) / bitsPerChunk);
    return (
      chunk !== undefined &&
      (chunk.bytes === null || (((chunk.bytes[inChunk >>> 3] ?? 0) >>> (inChunk & 7)) & 1) === 1)
    );
  }

  add(pfn: number): void {
    const inChunk = pfn % bitsPerChunk;
    const index = (pfn - inChunk) / bitsPerChunk;
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { bytes: new Uint8Array(bytesPerChunk), missing: bitsPerChunk };
      this.#chunks.set(index, chunk);
    }
    if (chunk.bytes === null) {
      return;
    }
    const byte = chunk.bytes[inChunk >>> 3] ?? 0;
    const bit = 1 << (inChunk & 7);
    if ((byte & bit) === 0) {
      chunk.bytes[inChunk >>> 3] = byte | bit;
      this.#size++;
      chunk.missing--;
      if (chunk.missing === 0) {
        chunk.bytes = null;
      }
    }
  }

  delete(pfn: number): void {
    const inChunk = pfn % bitsPerChunk;
    const chunk = this.#chunks.get((pfn - inChunk) / bitsPerChunk);
    if (chunk !== undefined && this.has(pfn)) {
      chunk.bytes ??= fullChunk.slice();
      chunk.bytes[inChunk >>> 3] = (chunk.bytes[inChunk >>> 3] ?? 0) & ~(1 << (inChunk & 7));
      chunk.missing++;
      this.#size--;
    }
  }

  /**
   * The set as a bitmap, least significant bit first. Yields the stretches that may hold a bit,
   * ascending, each with the PFN of its first bit.
   */
  *bitmap(): Generator<{ readonly firstPfn: number; readonly bytes: Uint8Array }, void, void> {
    for (const index of [...this.#chunks.keys()].sort((a, b) => a - b)) {
      yield { firstPfn: index * bitsPerChunk, bytes: this.#chunks.get(index)?.bytes ?? fullChunk };
    }
  }

  /** The members in [start, end), ascending. A member may be deleted when its turn has come. */
  *members(
    start: number = 0,
    end: number = Number.POSITIVE_INFINITY,
  ): Generator<number, void, void> {
    for (const { firstPfn, bytes } of this.bitmap()) {
      if (firstPfn + bitsPerChunk <= start || firstPfn >= end) {
        continue;
      }
      for (let index = 0; index < bytes.length; index++) {
        const byte = bytes[index] ?? 0;
        for (let bit = 0; byte >>> bit !== 0; bit++) {
          const pfn = firstPfn + index * 8 + bit;
          if (((byte >>> bit) & 1) === 1 && pfn >= start && pfn < end) {
            yield pfn;
          }
        }
      }
    }
  }
}
