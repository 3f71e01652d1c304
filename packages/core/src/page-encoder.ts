import type { Compressor } from './compressor.ts';

/**
 * The pages of one batch as they will be stored, in the order they were added. The views are valid
 * until the encoder is used again.
 */
export interface EncodedBatch {
  /** A page's bytes: encoded, or unchanged. */
  bytes(index: number): Uint8Array;
  /** False where encoding would not make the page smaller: then it is unchanged. */
  isEncoded(index: number): boolean;
}

/**
 * Encodes pages in batches. Several batches may run at once in other threads. They come back in the
 * order they were started, and the result does not depend on the number of threads.
 */
export interface PageEncoder extends Disposable {
  readonly pagesPerBatch: number;
  /** How many batches may be started before one must be finished. */
  readonly batchesAtOnce: number;
  /** Adds a copy of a page to the open batch, which must have room for it. */
  add(page: Uint8Array): void;
  /** Starts the open batch, which may be empty, and opens the next. */
  start(): void;
  /**
   * Waits for the oldest batch that is not finished. This call or `start` throws what the codec
   * throws.
   */
  finish(): EncodedBatch;
}

/** Makes an encoder for pages of one size. `codec` is null where pages must stay unchanged. */
export type PageEncoderFactory = (codec: Compressor | null, pageSizeInBytes: number) => PageEncoder;
