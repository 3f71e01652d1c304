import { asPluginError } from '@vmcorekit/core';
import type { StepLimit } from './step-limit.ts';

/** A probe looks at 64 KiB. */
const probeLimitInMilliseconds = 1000;

/** Asks a plug-in whether something is its own. What it throws, and that it hangs, is for the caller to tell. */
export function guardedProbe<Result>(name: string, work: () => Result, stepLimit: StepLimit | undefined): Result {
  return stepLimit === undefined
    ? work()
    : stepLimit.guard(work, Math.min(probeLimitInMilliseconds, stepLimit.limitInMilliseconds), name);
}

/** Lets a plug-in open what it claimed. What is no error of this library is named as the plug-in's failure. */
export async function guardedOpen<Result>(
  name: string,
  work: () => Promise<Result>,
  stepLimit: StepLimit | undefined,
): Promise<Result> {
  try {
    return await (stepLimit === undefined ? work() : stepLimit.guard(work, stepLimit.limitInMilliseconds, name));
  } catch (error) {
    throw asPluginError(name, error);
  }
}

/**
 * Lets a plug-in work at once. What is no error of this library is named as the plug-in's failure.
 */
export function guardedWork<Result>(name: string, work: () => Result, stepLimit: StepLimit | undefined): Result {
  try {
    return stepLimit === undefined ? work() : stepLimit.guard(work, stepLimit.limitInMilliseconds, name);
  } catch (error) {
    throw asPluginError(name, error);
  }
}
