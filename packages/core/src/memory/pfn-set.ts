const bitsPerChunk = 32 * 1024;
const wordsPerChunk = bitsPerChunk / 32;

interface Chunk {
  /** Null once every bit is set: a full scan of a large dump then costs nothing to remember. */
  words: Uint32Array | null;
  missing: number;
}

/** A set of page frame numbers: one bit each, in chunks made as they are touched, and a chunk wholly in the set takes no room. */
export class PfnSet {
  readonly #chunks: Map<number, Chunk> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(pfn: number): boolean {
    const inChunk = pfn % bitsPerChunk;
    const chunk = this.#chunks.get((pfn - inChunk) / bitsPerChunk);
    return chunk !== undefined && (chunk.words === null || (((chunk.words[inChunk >>> 5] ?? 0) >>> (inChunk & 31)) & 1) === 1);
  }

  add(pfn: number): void {
    const inChunk = pfn % bitsPerChunk;
    const index = (pfn - inChunk) / bitsPerChunk;
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = { words: new Uint32Array(wordsPerChunk), missing: bitsPerChunk };
      this.#chunks.set(index, chunk);
    }
    if (chunk.words === null) {
      return;
    }
    const word = chunk.words[inChunk >>> 5] ?? 0;
    const bit = 1 << (inChunk & 31);
    if ((word & bit) === 0) {
      chunk.words[inChunk >>> 5] = word | bit;
      this.#size++;
      chunk.missing--;
      if (chunk.missing === 0) {
        chunk.words = null;
      }
    }
  }
}
