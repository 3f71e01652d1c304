import type { Worker } from 'node:worker_threads';
import {
  type Compressor,
  type EncodedBatch,
  InlinePageEncoder,
  type PageBatch,
  type PageEncoder,
} from '@vmcorekit/core';
import { startWorker } from '../start-worker.ts';
import { batchState, SharedBatches, type SharedBatchesPlan } from './shared-batches.ts';

/**
 * A batch takes a thread a few milliseconds; who waits this long waits for a thread that is no
 * more.
 */
const usualPatienceInMilliseconds = 20000;
const batchInBytes = 256 << 10;
/** Enough that no thread waits for the caller's reading and writing in between. */
const batchesPerThread = 3;
/** A small dump is written before a thread is up. */
const pagesBeforeThreads = 2048;
/** Of those pages, the ones timed: what encodes the others is compiled yet. */
const pagesTimed = 1024;
/**
 * Threads are not worth it where the pages timed take less than this. A thread takes 50 ms of a
 * core to come up, and memory that is shared is copied slowly. LZO takes 5 ms, zlib 25.
 */
const worthInMilliseconds = 12;

/** What a worker is given as `workerData`. */
export interface EncodingTask {
  readonly plan: SharedBatchesPlan;
  readonly codec: string;
}

/**
 * Encodes in other threads, and in the caller's while it would wait for them: so it is right, if
 * slow, where a thread never comes up. Throws `timed-out` where a thread ended in the middle of a
 * batch. Threads hear of work through shared memory, not through messages, because the writer that
 * gives it is synchronous.
 */
export class ThreadedPageEncoder implements PageEncoder {
  readonly #codec: Compressor;
  readonly #batches: SharedBatches;
  readonly #workerUrl: URL;
  readonly #threadCount: number;
  readonly #patienceInMilliseconds: number;
  readonly #threads: Worker[] = [];
  /** Who encodes in memory of the caller's own, until threads are worth it. */
  #inline: InlinePageEncoder | null;
  #pagesInline = 0;
  #timedMilliseconds = 0;
  #started = 0;
  #finished = 0;

  /** `workerUrl` is of a module that calls `serveEncoding` with the codec its task names. */
  constructor(
    workerUrl: URL,
    threadCount: number,
    codec: Compressor,
    pageSizeInBytes: number,
    patienceInMilliseconds: number = usualPatienceInMilliseconds,
  ) {
    this.#codec = codec;
    this.#inline = new InlinePageEncoder(codec, pageSizeInBytes);
    this.#threadCount = threadCount;
    this.#patienceInMilliseconds = patienceInMilliseconds;
    const pagesPerBatch = Math.max(1, Math.floor(batchInBytes / pageSizeInBytes));
    // Beside those of the threads the caller has one under way, and one is open.
    this.#batches = new SharedBatches(
      SharedBatches.plan(batchesPerThread * threadCount + 3, pageSizeInBytes, pagesPerBatch),
    );
    this.#workerUrl = workerUrl;
  }

  get pagesPerBatch(): number {
    return (this.#inline ?? this.#batches.plan).pagesPerBatch;
  }

  get batchesAtOnce(): number {
    return this.#inline?.batchesAtOnce ?? this.#batches.plan.batchCount - 1;
  }

  add(page: Uint8Array): void {
    if (this.#inline === null) {
      this.#batchOf(this.#started).add(page);
    } else {
      this.#inline.add(page);
      this.#pagesInline++;
    }
  }

  start(): void {
    if (this.#inline !== null) {
      const start = performance.now();
      this.#inline.start();
      this.#timedMilliseconds +=
        this.#pagesInline > pagesBeforeThreads - pagesTimed ? performance.now() - start : 0;
      return;
    }
    this.#batches.handOut(this.#indexOf(this.#started));
    this.#started++;
    this.#batchOf(this.#started).clear();
  }

  finish(): EncodedBatch {
    if (this.#inline !== null) {
      const batch = this.#inline.finish();
      this.#startThreadsIfWorth();
      return batch;
    }
    const index = this.#indexOf(this.#finished++);
    if (this.#batches.take(index)) {
      this.#batches.at(index).encode(this.#codec);
      return this.#batches.at(index);
    }
    for (
      let later = this.#finished;
      later < this.#started && this.#batches.isTaken(index);
      later++
    ) {
      this.#encodeAhead(this.#indexOf(later));
    }
    if (!this.#batches.isDone(index, this.#patienceInMilliseconds)) {
      this.#batches.at(index).encode(this.#codec);
    }
    return this.#batches.at(index);
  }

  [Symbol.dispose](): void {
    for (const thread of this.#threads) {
      void thread.terminate();
    }
  }

  /** Instead of waiting. An error is met again, and thrown, when the batch's turn comes. */
  #encodeAhead(index: number): void {
    if (this.#batches.take(index)) {
      try {
        this.#batches.at(index).encode(this.#codec);
        this.#batches.settle(index, batchState.done);
      } catch {
        this.#batches.settle(index, batchState.failed);
      }
    }
  }

  /** Once only, so the pages in between stay where they began. */
  #startThreadsIfWorth(): void {
    if (this.#pagesInline >= pagesBeforeThreads) {
      this.#pagesInline = Number.NEGATIVE_INFINITY;
      if (this.#timedMilliseconds > worthInMilliseconds) {
        this.#inline = null;
        this.#startThreads();
      }
    }
  }

  #startThreads(): void {
    for (let count = 0; count < this.#threadCount; count++) {
      const workerData: EncodingTask = { plan: this.#batches.plan, codec: this.#codec.name };
      const thread = startWorker(this.#workerUrl, workerData);
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
