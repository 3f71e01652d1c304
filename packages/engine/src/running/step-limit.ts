import type { StepGuard } from '@vmcorekit/core';

/** Ends the work of plug-ins where it hangs. */
export interface StepLimit {
  readonly guard: StepGuard;
  /** From one step to the next, and not for the whole. */
  readonly limitInMilliseconds: number;
}
