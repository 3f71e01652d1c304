import type { Progress } from '@vmcorekit/core';
import type { StepLimit } from './step-limit.ts';

/** How long synchronous work may hold the event loop before other work gets its turn. */
const longestTurnInMilliseconds = 100;

export interface DriveOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the work between two steps. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called between two steps; the work waits for its promise. For a sink that is full for now. */
  readonly beforeNextStep?: () => Promise<void> | undefined;
}

/**
 * Drives a generator to its end, and lets the event loop run between steps. With a limit, a longer
 * step throws `timed-out`, which names `what`.
 */
export async function drive<Result>(
  work: Generator<Progress, Result, void>,
  options: DriveOptions,
  what: string = 'the work',
  stepLimit?: StepLimit,
): Promise<Result> {
  // The other half of the limit is left for the last step of a turn.
  const turnInMilliseconds = Math.min(
    longestTurnInMilliseconds,
    (stepLimit?.limitInMilliseconds ?? Infinity) / 2,
  );
  const turn = new Turn(work, options, turnInMilliseconds);
  const takeTurn = (): void => turn.take();
  try {
    for (;;) {
      if (stepLimit === undefined) {
        takeTurn();
      } else {
        // A guarded call costs as much as a hundred small steps, so one guards a whole turn.
        stepLimit.guard(takeTurn, stepLimit.limitInMilliseconds, what);
      }
      if (turn.ended !== undefined) {
        return turn.ended.value;
      }
      await (turn.wait ?? new Promise((resolve) => setTimeout(resolve, 0)));
      options.signal?.throwIfAborted();
    }
  } finally {
    close(work);
  }
}

/** A generator that was interrupted in mid-step counts as running, and cannot be ended. */
function close(work: Generator<unknown, unknown, void>): void {
  try {
    work.return(undefined);
  } catch {
    return;
  }
}

/** Runs steps of a generator until its caller must wait, or other work has waited long enough. */
class Turn<Result> {
  readonly #work: Generator<Progress, Result, void>;
  readonly #options: DriveOptions;
  readonly #lengthInMilliseconds: number;
  ended: { readonly value: Result } | undefined;
  wait: Promise<void> | undefined;

  constructor(
    work: Generator<Progress, Result, void>,
    options: DriveOptions,
    lengthInMilliseconds: number,
  ) {
    this.#work = work;
    this.#options = options;
    this.#lengthInMilliseconds = lengthInMilliseconds;
  }

  take(): void {
    const { onProgress, signal, beforeNextStep } = this.#options;
    const turnEnds = performance.now() + this.#lengthInMilliseconds;
    do {
      const step = this.#work.next();
      if (step.done === true) {
        this.ended = { value: step.value };
        return;
      }
      onProgress?.(step.value);
      this.wait = beforeNextStep?.();
      if (this.wait !== undefined) {
        return;
      }
      signal?.throwIfAborted();
    } while (performance.now() <= turnEnds);
  }
}
