import type { Verdict } from '@vmcorekit/core';

/** The limit that ended a search before all of the memory was read. */
export type ReachedLimit = 'timed-out' | 'page-limit';

const wordOf: Readonly<Record<ReachedLimit, string>> = {
  'timed-out': 'time limit',
  'page-limit': 'page limit',
};

/**
 * The verdict of a search whose part named `name` was ended by a limit. Where it found no kernel,
 * nothing is known of the rest of the memory, and so it never says that there is none.
 */
export function unfinished(verdict: Verdict, name: string, reached: ReachedLimit): Verdict {
  if (verdict.kernel !== null || verdict.reason === 'ambiguous') {
    return verdict;
  }
  const because = `the ${wordOf[reached]} ended it before all of the memory was read`;
  return {
    ...verdict,
    reason: reached,
    explanation: `the ${wordOf[reached]} ended the search before all of the memory was read`,
    notRun: [{ name, because }, ...verdict.notRun],
  };
}
