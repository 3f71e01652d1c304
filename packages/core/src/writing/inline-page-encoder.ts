import type { Compressor } from '../compressor.ts';
import type { EncodedBatch, PageEncoder } from '../page-encoder.ts';
import { PageBatch } from './page-batch.ts';

const pagesPerBatch = 16;

/** Encodes in the caller's thread. */
export class InlinePageEncoder implements PageEncoder {
  readonly pagesPerBatch: number = pagesPerBatch;
  readonly batchesAtOnce: number = 1;
  readonly #codec: Compressor | null;
  readonly #batch: PageBatch;

  constructor(codec: Compressor | null, pageSizeInBytes: number) {
    this.#codec = codec;
    const buffer = new ArrayBuffer(PageBatch.sizeInBytes(pageSizeInBytes, pagesPerBatch));
    this.#batch = new PageBatch(buffer, 0, pageSizeInBytes, pagesPerBatch);
  }

  add(page: Uint8Array): void {
    this.#batch.add(page);
  }

  start(): void {
    this.#batch.encode(this.#codec);
  }

  finish(): EncodedBatch {
    // The encoded pages stay valid until the next page is added; only the count restarts.
    this.#batch.clear();
    return this.#batch;
  }

  [Symbol.dispose](): void {}
}
