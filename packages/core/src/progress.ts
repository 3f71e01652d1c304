/** One step of long work. */
export interface Progress {
  readonly kind: 'progress';
  /** What is being done, for people: `searching for page-table pages`. */
  readonly doing: string;
  /** 0 to 1, or null where the end is not known. */
  readonly fraction: number | null;
}

/**
 * Runs stepwise work to its end in one go and returns its result. For short work, and for tests.
 */
export function resultOf<Result>(work: Generator<unknown, Result, void>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/** Work of a few milliseconds at most, wrapped as stepwise work of one step. */
// biome-ignore lint/correctness/useYield: there is nothing to report between.
export function* inOneStep<Result>(work: () => Result): Generator<Progress, Result, void> {
  return work();
}
