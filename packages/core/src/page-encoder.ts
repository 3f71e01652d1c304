import type { Compressor } from './compressor.ts';

/**
 * The pages of one batch as they are to be stored, in the order they were added. The views hold
 * until the encoder is used again.
 */
export interface EncodedBatch {
  /** A page's bytes, encoded or as they were. */
  bytes(index: number): Uint8Array;
  /** False where encoding would not make the page smaller, so it stays as it was. */
  isEncoded(index: number): boolean;
}

/**
 * Encodes pages in batches, of which several may be under way in other threads. Batches come back
 * in the order they were started. What comes out does not depend on how many threads there are.
 */
export interface PageEncoder extends Disposable {
  readonly pagesPerBatch: number;
  /** This many may be started before one has to be finished. */
  readonly batchesAtOnce: number;
  /** Adds a copy of a page to the open batch, which must have room. */
  add(page: Uint8Array): void;
  /** Starts on the open batch, which may be empty, and opens the next. */
  start(): void;
  /**
   * Waits for the batch started first of those not finished. This or `start` throws what the codec
   * throws.
   */
  finish(): EncodedBatch;
}

/** Makes the encoder for pages of one size; `codec` is null where pages are to stay as they are. */
export type PageEncoderFactory = (codec: Compressor | null, pageSizeInBytes: number) => PageEncoder;
