import { asPluginError, type Progress, VmcorekitError } from '@vmcorekit/core';
import { type DriveOptions, drive } from './drive.ts';
import type { StepLimit } from './step-limit.ts';

/**
 * Asks a plug-in whether something is its own. What it throws, and that it hangs, is for the caller
 * to tell.
 */
export function guardedProbe<Result>(
  name: string,
  work: () => Result,
  stepLimit: StepLimit | undefined,
): Result {
  return stepLimit === undefined
    ? work()
    : stepLimit.guard(work, stepLimit.limitInMilliseconds, name);
}

/**
 * Lets a plug-in open what it claimed, step by step: each turn has the time limit, the whole has
 * none. What is no error of this library is named as the plug-in's failure. `nothing` says what it
 * means that the plug-in gave no object.
 */
export async function guardedOpen<Result extends object>(
  name: string,
  start: () => Promise<Generator<Progress, Result, void>>,
  nothing: string,
  options: DriveOptions,
  stepLimit: StepLimit | undefined,
): Promise<Result> {
  const refuse = (because: string): never => {
    throw new VmcorekitError('plugin-failed', { what: name, because });
  };
  try {
    const work = await (stepLimit === undefined
      ? start()
      : stepLimit.guard(start, stepLimit.limitInMilliseconds, name));
    if (!isGenerator(work)) {
      return refuse(`${nothing}, for its open returned no generator`);
    }
    const result = await drive(work, options, name, stepLimit);
    return typeof result === 'object' && result !== null ? result : refuse(nothing);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw asPluginError(name, error);
  }
}

/**
 * Lets a plug-in work at once. What is no error of this library is named as the plug-in's failure.
 */
export function guardedWork<Result>(
  name: string,
  work: () => Result,
  stepLimit: StepLimit | undefined,
): Result {
  try {
    return stepLimit === undefined
      ? work()
      : stepLimit.guard(work, stepLimit.limitInMilliseconds, name);
  } catch (error) {
    throw asPluginError(name, error);
  }
}

/** A plug-in may return anything. */
function isGenerator(work: unknown): boolean {
  return (
    typeof work === 'object' && work !== null && 'next' in work && typeof work.next === 'function'
  );
}
