/**
 * Runs work under a time limit, and throws `timed-out` where it interrupts it. The default one
 * cannot interrupt; a platform's own can (`@vmcorekit/node` has one).
 */
export type StepGuard = <Result>(
  work: () => Result,
  limitInMilliseconds: number,
  what: string,
) => Result;

/** Interrupts nothing: a search ends a slow plug-in when its step returns. */
export const patientGuard: StepGuard = (work) => work();
