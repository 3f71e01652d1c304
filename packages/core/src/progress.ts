/** One step of long work. */
export interface Progress {
  readonly kind: 'progress';
  /** What is being done, for people: `searching for page-table pages`. */
  readonly doing: string;
  /** 0 to 1, or null where the end is not known. */
  readonly fraction: number | null;
}

/**
 * What stepwise work comes to, done in one go: for work that is known to be short, and for tests.
 */
export function resultOf<Result>(work: Generator<unknown, Result, void>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/** Work that takes a few milliseconds at most, as stepwise work of one step. */
// biome-ignore lint/correctness/useYield: there is nothing to tell between.
export function* inOneStep<Result>(work: () => Result): Generator<Progress, Result, void> {
  return work();
}
