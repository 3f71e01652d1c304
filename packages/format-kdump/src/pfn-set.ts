export const pfnsPerChunk: number = 32 * 1024;

/**
 * A set of PFNs, one bit each, least significant first as a KDUMP bitmap has them, in chunks made as they are touched: memory follows
 * the pages there are, not the highest PFN.
 */
export class PfnSet {
  readonly #chunks: Map<number, Uint8Array> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(pfn: number): boolean {
    const inChunk = pfn % pfnsPerChunk;
    const chunk = this.#chunks.get((pfn - inChunk) / pfnsPerChunk);
    return chunk !== undefined && (((chunk[inChunk >>> 3] ?? 0) >>> (inChunk & 7)) & 1) === 1;
  }

  add(pfn: number): void {
    const inChunk = pfn % pfnsPerChunk;
    const index = (pfn - inChunk) / pfnsPerChunk;
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = new Uint8Array(pfnsPerChunk / 8);
      this.#chunks.set(index, chunk);
    }
    const byte = chunk[inChunk >>> 3] ?? 0;
    const bit = 1 << (inChunk & 7);
    if ((byte & bit) === 0) {
      chunk[inChunk >>> 3] = byte | bit;
      this.#size++;
    }
  }

  delete(pfn: number): void {
    const inChunk = pfn % pfnsPerChunk;
    const chunk = this.#chunks.get((pfn - inChunk) / pfnsPerChunk);
    if (chunk !== undefined && this.has(pfn)) {
      chunk[inChunk >>> 3] = (chunk[inChunk >>> 3] ?? 0) & ~(1 << (inChunk & 7));
      this.#size--;
    }
  }

  /** The chunks that were touched, ascending, each with the PFN of its first bit. */
  *chunks(): Generator<{ readonly firstPfn: number; readonly bits: Uint8Array }, void, void> {
    for (const index of [...this.#chunks.keys()].sort((a, b) => a - b)) {
      yield { firstPfn: index * pfnsPerChunk, bits: this.#chunks.get(index) ?? new Uint8Array(0) };
    }
  }

  /** The members, ascending. Members may be deleted on the way. */
  *members(): Generator<number, void, void> {
    for (const { firstPfn, bits } of this.chunks()) {
      for (let index = 0; index < bits.length; index++) {
        const byte = bits[index] ?? 0;
        for (let bit = 0; byte >>> bit !== 0; bit++) {
          if (((byte >>> bit) & 1) === 1) {
            yield firstPfn + index * 8 + bit;
          }
        }
      }
    }
  }
}
