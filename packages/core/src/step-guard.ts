/**
 * Calls work under a time limit, and throws `timed-out` where it interrupts it. The plain one
 * cannot; a platform's own can (Node has one in `@vmcorekit/node`).
 */
export type StepGuard = <Result>(
  work: () => Result,
  limitInMilliseconds: number,
  what: string,
) => Result;

/** Interrupts nothing: a search ends a plug-in that took too long when that comes back. */
export const patientGuard: StepGuard = (work) => work();
