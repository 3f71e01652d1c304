import { type ErrorCode, isVmcorekitError, VmcorekitError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { StepGuard } from './guard.ts';

/** More findings than this from one plug-in is a flood, not a result. */
const findingLimit = 1024;
/** How much progress is folded into one step. */
const turnInMilliseconds = 20;

export interface RunLimits {
  readonly guard: StepGuard;
  /** For the whole generator. */
  readonly limitInMilliseconds: number;
}

/** How a plug-in's generator ended. */
export type RunEnd =
  | { readonly ended: 'finished' | 'stopped' }
  | { readonly ended: 'failed'; readonly because: string; readonly code?: ErrorCode };

/**
 * Resumes a plug-in's generator step by step, handing on what it yields. It costs only itself: a throw, a hang, a flood or nonsense
 * ends it, and is told as the return value.
 */
export function* runGuarded<Yielded extends object>(
  name: string,
  start: () => Generator<Yielded, unknown, void>,
  limits: RunLimits,
): Generator<Yielded, RunEnd, void> {
  const deadline = performance.now() + limits.limitInMilliseconds;
  let generator: Generator<Yielded, unknown, void> | undefined;
  let findings = 0;
  try {
    for (;;) {
      const remaining = Math.ceil(deadline - performance.now());
      if (remaining <= 0) {
        throw new VmcorekitError('timed-out', { what: name, milliseconds: limits.limitInMilliseconds });
      }
      const step: IteratorResult<Yielded, unknown> = limits.guard(
        () => {
          generator ??= start();
          return nextOfNote(generator, performance.now() + turnInMilliseconds);
        },
        remaining,
        name,
      );
      if (step.done === true) {
        generator = undefined;
        return { ended: 'finished' };
      }
      if (!isObject(step.value)) {
        return { ended: 'failed', because: `yielded ${String(step.value)}, which is neither a finding nor progress` };
      }
      if (!isProgress(step.value) && ++findings > findingLimit) {
        return { ended: 'failed', because: `yielded more than ${findingLimit} findings; the rest is ignored` };
      }
      yield step.value;
    }
  } catch (error) {
    return isVmcorekitError(error)
      ? { ended: 'failed', because: error.message, code: error.code }
      : { ended: 'failed', because: wordsOf(error) };
  } finally {
    close(generator, limits, name);
  }
}

/** The next finding, or the last progress of a turn: a guarded call costs as much as a hundred small steps. */
function nextOfNote<Yielded extends object>(
  generator: Generator<Yielded, unknown, void>,
  turnEnds: number,
): IteratorResult<Yielded, unknown> {
  for (;;) {
    const step = generator.next();
    if (step.done === true || !isProgress(step.value) || performance.now() > turnEnds) {
      return step;
    }
  }
}

/** A plug-in may throw anything, even what cannot be turned into text. */
function wordsOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`;
  } catch {
    return 'threw what cannot be told';
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isProgress(value: unknown): value is Progress {
  return isObject(value) && 'kind' in value && value.kind === 'progress';
}

/** Lets the generator's own `finally` run, under a short limit; a plug-in that spoils even this has ended all the same. */
function close(generator: Generator<unknown, unknown, void> | undefined, limits: RunLimits, name: string): void {
  if (generator === undefined) {
    return;
  }
  const running = generator;
  try {
    limits.guard(() => running.return(undefined), 100, name);
  } catch {
    return;
  }
}
