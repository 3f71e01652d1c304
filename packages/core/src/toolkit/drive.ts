import type { Progress } from '../progress.ts';

/** How long synchronous work may hold the event loop before it lets others run. */
const turnInMilliseconds = 100;

export interface DriveOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the work between two steps; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called between two steps; the work waits for its promise. For a sink that takes no more for now. */
  readonly beforeNextStep?: () => Promise<void> | undefined;
}

/** Drives a generator to its end, letting the event loop run between steps. */
export async function drive<Result>(work: Generator<Progress, Result, void>, options: DriveOptions): Promise<Result> {
  let turnEnds = performance.now() + turnInMilliseconds;
  try {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        return step.value;
      }
      options.onProgress?.(step.value);
      const wait = options.beforeNextStep?.();
      if (wait !== undefined) {
        await wait;
      }
      if (performance.now() > turnEnds) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        turnEnds = performance.now() + turnInMilliseconds;
      }
      options.signal?.throwIfAborted();
    }
  } finally {
    work.return(undefined as Result);
  }
}
