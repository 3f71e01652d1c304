import { check } from './check.ts';

/** Work with more steps than this counts as endless. */
export const stepLimit = 5_000_000;

/** Checks that no step of the work takes longer than the limit, 1000 ms by default. */
export function checkSteps(
  work: Generator<unknown, unknown, void>,
  limitInMilliseconds: number = 1000,
): void {
  for (let steps = 0; ; steps++) {
    check(steps < stepLimit, `is not over after ${stepLimit} steps`);
    const before = performance.now();
    const { done } = work.next();
    const took = performance.now() - before;
    check(
      took <= limitInMilliseconds,
      `a step took ${Math.round(took)} ms, more than ${limitInMilliseconds}: yield progress between`,
    );
    if (done === true) {
      return;
    }
  }
}

/** Begins the work several times, and stops it after a few steps. */
export function stopEarly(begin: () => Generator<unknown, unknown, void>): void {
  for (const steps of [0, 1, 2, 5]) {
    const stopped = begin();
    for (let step = 0; step < steps && stopped.next().done !== true; step++);
    stopped.return(undefined);
  }
}
