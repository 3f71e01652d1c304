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

/** A batch takes a thread a few milliseconds. After this long, the thread is taken for dead. */
const usualPatienceInMilliseconds = 20000;
const batchInBytes = 256 << 10;
/** Enough that no thread waits while the caller reads and writes. */
const batchesPerThread = 3;
/** A small dump is written before a thread starts. */
const pagesBeforeThreads = 2048;
/** The number of those pages that are timed; the code is still being compiled during the others. */
const pagesTimed = 1024;
/**
 * Threads pay off only where the timed pages take longer than this. A thread takes 50 ms of a core
 * to start, and copying shared memory is slow. LZO takes 5 ms, zlib 25.
 */
const worthInMilliseconds = 12;

/** The `workerData` of a worker. */
export interface EncodingTask {
  readonly plan: SharedBatchesPlan;
  readonly codec: string;
}

/**
 * Encodes in other threads, and in the caller's while it would wait for them. So it is correct, if
 * slow, even where no thread starts. Throws `timed-out` where a thread ended in the middle of a
 * batch. Work is handed to threads through shared memory, not messages, because the writer is
 * synchronous.
 */
export class ThreadedPageEncoder implements PageEncoder {
  readonly #codec: Compressor;
  readonly #batches: SharedBatches;
  readonly #workerUrl: URL;
  readonly #threadCount: number;
  readonly #patienceInMilliseconds: number;
  readonly #threads: Worker[] = [];
  /** Encodes in the caller's own memory, until threads pay off. */
  #inline: InlinePageEncoder | null;
  #pagesInline = 0;
  #timedMilliseconds = 0;
  #started = 0;
  #finished = 0;

  /** `workerUrl` names a module that calls `serveEncoding` with its task's codec. */
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
    // The caller also has one batch under way, and one open.
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

  /**
   * Works instead of waiting. An error occurs again, and is thrown, when the batch's turn comes.
   */
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

  /** Decided once, so the pages in between stay where they began. */
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
      // The work it would have done is done here.
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

/** Runs a worker's task; never returns. Prepare the codec first. */
export function serveEncoding({ plan }: EncodingTask, codec: Compressor): never {
  return new SharedBatches(plan).serve((batch) => batch.encode(codec));
}
