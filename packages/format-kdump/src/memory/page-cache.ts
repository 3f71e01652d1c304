/**
 * Decoded pages, the newer half and the older half: what is used of the older moves to the newer, and the older half goes as a whole.
 * A hit on a recent page costs one lookup. Buffers are never used twice, so a view stays right while its callback reads on.
 */
export class PageCache {
  readonly #pageSizeInBytes: number;
  readonly #pagesPerHalf: number;
  readonly #pagesPerSlab: number;
  #newer: Map<number, Uint8Array> = new Map();
  #older: Map<number, Uint8Array> = new Map();
  #slab: Uint8Array = new Uint8Array(0);
  #slabUsed = 0;

  constructor(pageSizeInBytes: number, limitInBytes: number) {
    this.#pageSizeInBytes = pageSizeInBytes;
    this.#pagesPerHalf = Math.max(1, Math.floor(limitInBytes / pageSizeInBytes / 2));
    this.#pagesPerSlab = Math.max(1, Math.min(32, this.#pagesPerHalf));
  }

  get(pfn: number): Uint8Array | undefined {
    const page = this.#newer.get(pfn);
    if (page !== undefined || this.#older.size === 0) {
      return page;
    }
    const old = this.#older.get(pfn);
    if (old !== undefined) {
      this.set(pfn, old);
    }
    return old;
  }

  set(pfn: number, page: Uint8Array): void {
    if (this.#newer.size >= this.#pagesPerHalf) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(pfn, page);
  }

  /** A zeroed buffer for one page. Slabs are cheaper to make and to free than thousands of small buffers. */
  freshPage(): Uint8Array {
    if (this.#slabUsed + this.#pageSizeInBytes > this.#slab.length) {
      this.#slab = new Uint8Array(this.#pagesPerSlab * this.#pageSizeInBytes);
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed += this.#pageSizeInBytes;
    return this.#slab.subarray(start, start + this.#pageSizeInBytes);
  }
}
