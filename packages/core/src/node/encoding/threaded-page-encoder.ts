import { Worker } from 'node:worker_threads';
import type { Compressor } from '../../compressor.ts';
import type { EncodedBatch, PageEncoder } from '../../page-encoder.ts';
import type { PageBatch } from '../../writing/page-batch.ts';
import { SharedBatches, type SharedBatchesPlan } from './shared-batches.ts';

/** A batch takes a thread a few milliseconds; who waits this long waits for a thread that is no more. */
const usualPatienceInMilliseconds = 20000;
const batchInBytes = 256 << 10;
/** A small dump is written before a thread is up. */
const batchesBeforeThreads = 32;
/** A thread takes 50 ms of a core to come up: it is not worth that where so many batches take less than this (LZO takes 10, zlib 130). */
const worthInMilliseconds = 25;

/** What a worker is given as `workerData`. */
export interface EncodingTask {
  readonly plan: SharedBatchesPlan;
  readonly codec: string;
}

/**
 * Encodes in other threads, and in the caller's while it would wait for them: so it is right, if slow, where a thread never comes up.
 * Throws `timed-out` where a thread ended in the middle of a batch. Threads hear of work through shared memory, not through messages, because the writer that gives it is synchronous.
 */
export class ThreadedPageEncoder implements PageEncoder {
  readonly pagesPerBatch: number;
  readonly batchesAtOnce: number;
  readonly #codec: Compressor;
  readonly #batches: SharedBatches;
  readonly #workerUrl: URL;
  readonly #threadCount: number;
  readonly #patienceInMilliseconds: number;
  readonly #threads: Worker[] = [];
  #started = 0;
  #finished = 0;
  /** What the caller's thread encoded itself. */
  #ownMilliseconds = 0;

  /** `workerUrl` is of a module that calls `serveEncoding` with the codec its task names. */
  constructor(
    workerUrl: URL,
    threadCount: number,
    codec: Compressor,
    pageSizeInBytes: number,
    patienceInMilliseconds: number = usualPatienceInMilliseconds,
  ) {
    this.pagesPerBatch = Math.max(1, Math.floor(batchInBytes / pageSizeInBytes));
    this.batchesAtOnce = 2 * threadCount + 1;
    this.#codec = codec;
    this.#threadCount = threadCount;
    this.#patienceInMilliseconds = patienceInMilliseconds;
    // One more than are under way is open.
    this.#batches = new SharedBatches(SharedBatches.plan(this.batchesAtOnce + 1, pageSizeInBytes, this.pagesPerBatch));
    this.#workerUrl = workerUrl;
  }

  add(page: Uint8Array): void {
    this.#batchOf(this.#started).add(page);
  }

  start(): void {
    this.#batches.handOut(this.#indexOf(this.#started));
    this.#started++;
    this.#batchOf(this.#started).clear();
    if (this.#started === batchesBeforeThreads && this.#ownMilliseconds > worthInMilliseconds) {
      this.#startThreads();
    }
  }

  finish(): EncodedBatch {
    const index = this.#indexOf(this.#finished++);
    const batch = this.#batches.at(index);
    if (this.#batches.take(index) || !this.#batches.isDone(index, this.#patienceInMilliseconds)) {
      const start = performance.now();
      batch.encode(this.#codec);
      this.#ownMilliseconds += performance.now() - start;
    }
    return batch;
  }

  [Symbol.dispose](): void {
    for (const thread of this.#threads) {
      void thread.terminate();
    }
  }

  #startThreads(): void {
    for (let count = 0; count < this.#threadCount; count++) {
      const workerData: EncodingTask = { plan: this.#batches.plan, codec: this.#codec.name };
      const thread = new Worker(this.#workerUrl, { workerData });
      // What it would have done is done here.
      thread.on('error', () => {});
      thread.unref();
      this.#threads.push(thread);
    }
  }

  #batchOf(count: number): PageBatch {
    return this.#batches.at(this.#indexOf(count));
  }

  #indexOf(count: number): number {
    return count % this.#batches.plan.batchCount;
  }
}

/** What a worker does with its task: never returns. Prepare the codec before. */
export function serveEncoding({ plan }: EncodingTask, codec: Compressor): never {
  return new SharedBatches(plan).serve((batch) => batch.encode(codec));
}
