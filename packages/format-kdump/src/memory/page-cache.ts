/**
 * Caches decoded pages in a newer and an older half. A used page of the older half moves to the
 * newer; the older half is dropped as a whole. A hit on a recent page costs one lookup. Buffers are
 * reused, because allocating and freeing them took a tenth of a scan. Buffers dropped while a
 * callback looks at a page are not: so a view stays valid while its callback reads on.
 */
export class PageCache {
  /** The one buffer for all pages known to be zero. */
  readonly zeroPage: Uint8Array;
  /** The number of callbacks that look at a page now. */
  viewers: number = 0;
  readonly #pageSizeInBytes: number;
  readonly #pagesPerHalf: number;
  readonly #pagesPerSlab: number;
  #newer: Map<number, Uint8Array> = new Map();
  #older: Map<number, Uint8Array> = new Map();
  /** Buffers of dropped pages. */
  readonly #free: Uint8Array[] = [];
  #slab: Uint8Array = new Uint8Array(0);
  #slabUsed = 0;

  constructor(pageSizeInBytes: number, limitInBytes: number) {
    this.#pageSizeInBytes = pageSizeInBytes;
    this.#pagesPerHalf = Math.max(1, Math.floor(limitInBytes / pageSizeInBytes / 2));
    this.#pagesPerSlab = Math.max(1, Math.min(32, this.#pagesPerHalf));
    this.zeroPage = new Uint8Array(pageSizeInBytes);
  }

  get(pfn: number): Uint8Array | undefined {
    const page = this.#newer.get(pfn);
    if (page !== undefined || this.#older.size === 0) {
      return page;
    }
    const old = this.#older.get(pfn);
    if (old !== undefined) {
      this.#older.delete(pfn);
      this.set(pfn, old);
    }
    return old;
  }

  /** Caches `zeroPage`, or a buffer from `freshPage` that no other page has. */
  set(pfn: number, page: Uint8Array): void {
    if (this.#newer.size >= this.#pagesPerHalf) {
      this.#giveUpOlder();
    }
    this.#newer.set(pfn, page);
  }

  /**
   * A buffer for one page, with arbitrary contents. Slabs are cheaper to allocate than thousands of
   * small buffers.
   */
  freshPage(): Uint8Array {
    const free = this.#free.pop();
    if (free !== undefined) {
      return free;
    }
    if (this.#slabUsed + this.#pageSizeInBytes > this.#slab.length) {
      this.#slab = new Uint8Array(this.#pagesPerSlab * this.#pageSizeInBytes);
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed += this.#pageSizeInBytes;
    return this.#slab.subarray(start, start + this.#pageSizeInBytes);
  }

  #giveUpOlder(): void {
    if (this.viewers === 0) {
      for (const page of this.#older.values()) {
        if (page !== this.zeroPage) {
          this.#free.push(page);
        }
      }
    }
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}
