import type { StepGuard } from '@vmcorekit/core';

/** Ends the work of plug-ins that hang. */
export interface StepLimit {
  readonly guard: StepGuard;
  /** The limit from one step to the next, not for the whole. */
  readonly limitInMilliseconds: number;
}
