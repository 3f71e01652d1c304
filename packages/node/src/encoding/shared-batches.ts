import { PageBatch, VmcorekitError } from '@vmcorekit/core';

/** The states of a batch: the owner hands it out, and the first thread to take it encodes it. */
export const batchState = { idle: 0, handedOut: 1, taken: 2, done: 3, failed: 4 } as const;

/** How a thread finds the batches; plain data. */
export interface SharedBatchesPlan {
  readonly buffer: SharedArrayBuffer;
  readonly batchCount: number;
  readonly pageSizeInBytes: number;
  readonly pagesPerBatch: number;
}

/** The number of batches handed out so far; idle threads wait for it to change. */
const handedOutAt = 0;
const firstStateAt = 1;

/** Batches in shared memory. Each thread has its own object for the one buffer. */
export class SharedBatches {
  readonly plan: SharedBatchesPlan;
  readonly #control: Int32Array;
  readonly #batches: readonly PageBatch[];

  constructor(plan: SharedBatchesPlan) {
    const { buffer, batchCount, pageSizeInBytes, pagesPerBatch } = plan;
    this.plan = plan;
    this.#control = new Int32Array(buffer, 0, firstStateAt + batchCount);
    this.#batches = Array.from({ length: batchCount }, (_, index) => {
      const byteOffset =
        this.#control.byteLength + index * PageBatch.sizeInBytes(pageSizeInBytes, pagesPerBatch);
      return new PageBatch(buffer, byteOffset, pageSizeInBytes, pagesPerBatch);
    });
  }

  static plan(
    batchCount: number,
    pageSizeInBytes: number,
    pagesPerBatch: number,
  ): SharedBatchesPlan {
    const controlInBytes = 4 * (firstStateAt + batchCount);
    const sizeInBytes =
      controlInBytes + batchCount * PageBatch.sizeInBytes(pageSizeInBytes, pagesPerBatch);
    return {
      buffer: new SharedArrayBuffer(sizeInBytes),
      batchCount,
      pageSizeInBytes,
      pagesPerBatch,
    };
  }

  at(index: number): PageBatch {
    return this.#batches[index] as PageBatch;
  }

  handOut(index: number): void {
    Atomics.store(this.#control, firstStateAt + index, batchState.handedOut);
    Atomics.add(this.#control, handedOutAt, 1);
    Atomics.notify(this.#control, handedOutAt);
  }

  /** True for the one thread that took it first. */
  take(index: number): boolean {
    const { handedOut, taken } = batchState;
    return (
      Atomics.compareExchange(this.#control, firstStateAt + index, handedOut, taken) === handedOut
    );
  }

  /** Whether some thread encodes it now. */
  isTaken(index: number): boolean {
    return Atomics.load(this.#control, firstStateAt + index) === batchState.taken;
  }

  settle(index: number, state: typeof batchState.done | typeof batchState.failed): void {
    Atomics.store(this.#control, firstStateAt + index, state);
    Atomics.notify(this.#control, firstStateAt + index);
  }

  /**
   * Waits for a batch that another thread took. Returns false where it failed. Throws `timed-out`.
   */
  isDone(index: number, patienceInMilliseconds: number): boolean {
    const place = firstStateAt + index;
    Atomics.wait(this.#control, place, batchState.taken, patienceInMilliseconds);
    const state = Atomics.load(this.#control, place);
    if (state === batchState.taken) {
      // A thread that is only late may still write to the batch, so it cannot be reused.
      throw new VmcorekitError('timed-out', {
        what: 'a thread that encodes pages',
        milliseconds: patienceInMilliseconds,
      });
    }
    return state === batchState.done;
  }

  /** For worker threads: takes batches and encodes them, forever. */
  serve(encode: (batch: PageBatch) => void): never {
    for (let next = 0; ; ) {
      const seen = Atomics.load(this.#control, handedOutAt);
      const index = this.#firstTaken(next);
      if (index < 0) {
        Atomics.wait(this.#control, handedOutAt, seen);
        continue;
      }
      next = index + 1;
      try {
        encode(this.at(index));
        this.settle(index, batchState.done);
      } catch {
        // The owner encodes it again, and so gets the error itself.
        this.settle(index, batchState.failed);
      }
    }
  }

  #firstTaken(from: number): number {
    for (let step = 0; step < this.#batches.length; step++) {
      const index = (from + step) % this.#batches.length;
      if (this.take(index)) {
        return index;
      }
    }
    return -1;
  }
}
