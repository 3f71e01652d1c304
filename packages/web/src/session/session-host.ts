import type { GuardedWork } from '@vmcorekit/browser';
import type { StepGuard, Transfer } from '@vmcorekit/core';
import type { StrayError } from '../protocol/messages.ts';

/** What a session is made of, beside the page's own words. */
export interface SessionHost {
  readonly guard: StepGuard;
  readonly announce: (work: GuardedWork) => void;
  /** Reports an error of a plug-in that no call waits for. */
  readonly stray: (error: StrayError) => void;
  /** Reports what has gone over the network for the dump. */
  readonly transferred: (transfer: Transfer) => void;
}
