import type { GuardedWork } from '@vmcorekit/browser';
import type { StepGuard } from '@vmcorekit/core';
import type { StrayError } from '../protocol/messages.ts';

/** What a session is made of, beside the page's own words. */
export interface SessionHost {
  readonly guard: StepGuard;
  readonly announce: (work: GuardedWork) => void;
  /** Reports an error of a plug-in that no call waits for. */
  readonly stray: (error: StrayError) => void;
}
