import type { Progress } from '@vmcorekit/core';

/** A guess from less than this is no guess. */
const leastFraction = 0.02;
const leastMilliseconds = 1000;

/** Tells, of each kind of work, how long it will still take at the pace it has had: ` (12 s left)`, or nothing. */
export function timeLeft(now: () => number = () => performance.now()): (progress: Progress) => string {
  let doing = '';
  let started = 0;
  return (progress) => {
    if (progress.doing !== doing) {
      doing = progress.doing;
      started = now();
    }
    const elapsed = now() - started;
    if (progress.fraction === null || progress.fraction < leastFraction || elapsed < leastMilliseconds) {
      return '';
    }
    const seconds = Math.ceil((elapsed * (1 - progress.fraction)) / progress.fraction / 1000);
    return ` (${seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} left)`;
  };
}
