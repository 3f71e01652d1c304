import { asPluginError, type Progress, VmcorekitError } from '@vmcorekit/core';
import { type DriveOptions, drive } from './drive.ts';
import type { StepLimit } from './step-limit.ts';

/**
 * Asks a plug-in whether something is its own. The caller reports what it throws, and that it
 * hangs.
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
 * Lets a plug-in open what it claimed, step by step. Each turn has the time limit; the whole has
 * none. Any error that is not this library's becomes the plug-in's failure. `nothing` says what it
 * means when the plug-in returned no object.
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
      return refuse(`${nothing}, not even a generator`);
    }
    const result = await drive(work, options, name, stepLimit);
    return typeof result === 'object' && result !== null ? result : refuse(nothing);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw asPluginError(name, error);
  }
}

/**
 * Lets a plug-in work in one go. Any error that is not this library's becomes the plug-in's
 * failure.
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
