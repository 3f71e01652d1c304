import type { Compressor } from '../compressor.ts';
import type { EncodedBatch } from '../page-encoder.ts';

/** Pages, their encoded forms and the lengths of these, in one buffer that threads can share. */
export class PageBatch implements EncodedBatch {
  readonly #pageSizeInBytes: number;
  /** The number of pages, then the encoded length of each, or -1. */
  readonly #numbers: Int32Array;
  readonly #pages: Uint8Array;
  readonly #encoded: Uint8Array;

  /** Lies at `byteOffset` of the buffer, a multiple of 4. */
  constructor(
    buffer: ArrayBufferLike,
    byteOffset: number,
    pageSizeInBytes: number,
    pagesPerBatch: number,
  ) {
    const areaInBytes = pagesPerBatch * pageSizeInBytes;
    this.#pageSizeInBytes = pageSizeInBytes;
    this.#numbers = new Int32Array(buffer, byteOffset, 1 + pagesPerBatch);
    this.#pages = new Uint8Array(buffer, byteOffset + this.#numbers.byteLength, areaInBytes);
    this.#encoded = new Uint8Array(
      buffer,
      byteOffset + this.#numbers.byteLength + areaInBytes,
      areaInBytes,
    );
  }

  static sizeInBytes(pageSizeInBytes: number, pagesPerBatch: number): number {
    return 4 * (1 + pagesPerBatch) + 2 * pagesPerBatch * pageSizeInBytes;
  }

  clear(): void {
    this.#numbers[0] = 0;
  }

  add(page: Uint8Array): void {
    this.#pages.set(page, this.#count * this.#pageSizeInBytes);
    this.#numbers[0] = this.#count + 1;
  }

  /**
   * The encoder gets one byte less than a page, because a page that does not shrink stays
   * unchanged.
   */
  encode(codec: Compressor | null): void {
    for (let index = 0; index < this.#count; index++) {
      const at = index * this.#pageSizeInBytes;
      const room = this.#encoded.subarray(at, at + this.#pageSizeInBytes - 1);
      this.#numbers[1 + index] = codec?.encode?.(this.#page(index), room) ?? -1;
    }
  }

  isEncoded(index: number): boolean {
    return this.#lengthOf(index) >= 0;
  }

  bytes(index: number): Uint8Array {
    const at = index * this.#pageSizeInBytes;
    return this.isEncoded(index)
      ? this.#encoded.subarray(at, at + this.#lengthOf(index))
      : this.#page(index);
  }

  get #count(): number {
    return this.#numbers[0] as number;
  }

  #lengthOf(index: number): number {
    return this.#numbers[1 + index] as number;
  }

  #page(index: number): Uint8Array {
    return this.#pages.subarray(index * this.#pageSizeInBytes, (index + 1) * this.#pageSizeInBytes);
  }
}
