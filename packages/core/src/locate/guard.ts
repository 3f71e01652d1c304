import { VmcorekitError } from '../errors.ts';

/**
 * Calls a step of a plug-in under a time limit. The plain one only measures; a platform's own can interrupt a step that hangs (Node
 * has one in `@vmcorekit/core/node`).
 */
export type StepGuard = <Result>(step: () => Result, limitInMilliseconds: number, what: string) => Result;

export const measuringGuard: StepGuard = (step, limitInMilliseconds, what) => {
  const start = performance.now();
  const result = step();
  if (performance.now() - start > limitInMilliseconds) {
    throw new VmcorekitError('timed-out', { what, milliseconds: limitInMilliseconds });
  }
  return result;
};
