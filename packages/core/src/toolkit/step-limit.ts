import type { StepGuard } from '../locate/guard.ts';

/** Ends the work of plug-ins where it hangs. */
export interface StepLimit {
  readonly guard: StepGuard;
  /** From one step to the next, and not for the whole. */
  readonly limitInMilliseconds: number;
}
