import type { GuardedWork } from '@vmcorekit/browser';
import type { StepGuard } from '@vmcorekit/core';

/** What a session is made of, beside the page's own words. */
export interface SessionHost {
  readonly guard: StepGuard;
  readonly announce: (work: GuardedWork) => void;
}
