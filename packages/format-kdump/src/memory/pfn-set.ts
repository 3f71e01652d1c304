const bitsPerChunk = 32 * 1024;

/** A set of PFNs, one bit each, in chunks made as they are touched. */
export class PfnSet {
  readonly #chunks: Map<number, Uint32Array> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(pfn: number): boolean {
    const inChunk = pfn % bitsPerChunk;
    const chunk = this.#chunks.get((pfn - inChunk) / bitsPerChunk);
    return chunk !== undefined && (((chunk[inChunk >>> 5] ?? 0) >>> (inChunk & 31)) & 1) === 1;
  }

  add(pfn: number): void {
    const inChunk = pfn % bitsPerChunk;
    const index = (pfn - inChunk) / bitsPerChunk;
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = new Uint32Array(bitsPerChunk / 32);
      this.#chunks.set(index, chunk);
    }
    const word = chunk[inChunk >>> 5] ?? 0;
    const bit = 1 << (inChunk & 31);
    if ((word & bit) === 0) {
      chunk[inChunk >>> 5] = word | bit;
      this.#size++;
    }
  }
}
