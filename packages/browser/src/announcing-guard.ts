import type { StepGuard } from '@vmcorekit/core';

/** Work that a guard runs: it begins, and ends unless it hangs. */
export type GuardedWork =
  | { readonly phase: 'begin'; readonly what: string; readonly limitInMilliseconds: number }
  | { readonly phase: 'end' };

/**
 * A guard for a worker. A browser cannot interrupt a step that hangs, but it can end the whole
 * worker. The guard announces each step before it runs; messages posted before an endless loop do
 * arrive. The listener ends the worker when the limit has passed without an end.
 *
 * @param announce posts the news to the page
 */
export function announcingGuard(announce: (work: GuardedWork) => void): StepGuard {
  return (step, limitInMilliseconds, what) => {
    announce({ phase: 'begin', what, limitInMilliseconds });
    try {
      return step();
    } finally {
      announce({ phase: 'end' });
    }
  };
}
