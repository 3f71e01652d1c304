import { type StepGuard, VmcorekitError } from '@vmcorekit/core';

/** Work that a guard runs: it begins, and ends unless it hangs. */
export type GuardedWork =
  | { readonly phase: 'begin'; readonly what: string; readonly limitInMilliseconds: number }
  /** The work comes to a step of another heuristic or witness (`LocateOptions.onStep`). */
  | { readonly phase: 'step'; readonly what: string }
  /** The work waits for a network: no limit runs until `resume`. */
  | { readonly phase: 'wait' }
  | { readonly phase: 'resume' }
  | { readonly phase: 'end' };

/**
 * A guard for a worker. A browser cannot interrupt a step that hangs, but it can end the whole
 * worker. The guard announces each step before it runs; messages posted before an endless loop do
 * arrive. The listener ends the worker when the limit has passed without an end.
 *
 * @param announce posts the news to the page
 * @param hung steps that hung in an earlier worker: they throw `timed-out`, and are not run again
 */
export function announcingGuard(
  announce: (work: GuardedWork) => void,
  hung: ReadonlySet<string> = new Set(),
): StepGuard {
  return (step, limitInMilliseconds, what) => {
    if (hung.has(what)) {
      throw new VmcorekitError('timed-out', { what, milliseconds: limitInMilliseconds });
    }
    announce({ phase: 'begin', what, limitInMilliseconds });
    try {
      return step();
    } finally {
      announce({ phase: 'end' });
    }
  };
}
