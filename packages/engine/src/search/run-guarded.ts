import { describeThrown, type ErrorCode, isVmcorekitError, type Progress, type StepGuard } from '@vmcorekit/core';
import { GuardedStep, turnInMilliseconds } from './guarded-step.ts';

/** More findings than this from one plug-in is a flood, not a result. */
const maxFindings = 1024;
const closeLimitInMilliseconds = 100;

export interface RunLimits {
  /** For the plug-in's tidying up, where it is ended early; its steps are yielded, for another to take. */
  readonly guard: StepGuard;
  /** For the whole generator. */
  readonly limitInMilliseconds: number;
}

/** How a plug-in's generator ended. */
export type RunEnd =
  | { readonly ended: 'finished' | 'stopped' }
  | { readonly ended: 'failed'; readonly because: string; readonly code?: ErrorCode };

/**
 * Resumes a plug-in's generator step by step, handing on what it yields; each step is yielded first, to be taken under a guard. It
 * costs only itself: a throw, a hang, a flood or nonsense ends it, and is told as the return value.
 */
export function* runGuarded<Yielded extends object>(
  name: string,
  start: () => Generator<Yielded, unknown, void>,
  limits: RunLimits,
): Generator<Yielded | GuardedStep, RunEnd, void> {
  const deadline = performance.now() + limits.limitInMilliseconds;
  const steps = new Steps(start);
  let findings = 0;
  try {
    for (;;) {
      const step = new GuardedStep(name, limits.limitInMilliseconds, deadline, () => steps.take());
      if (performance.now() < deadline) {
        yield step;
      }
      if (step.failure === undefined && performance.now() >= deadline) {
        step.cut();
      }
      for (const value of steps.yielded.splice(0)) {
        if (!isObject(value)) {
          return { ended: 'failed', because: `yielded ${describeThrown(value)}, which is neither a finding nor progress` };
        }
        if (!isProgress(value) && ++findings > maxFindings) {
          return { ended: 'failed', because: `yielded more than ${maxFindings} findings; the rest is ignored` };
        }
        yield value;
      }
      if (step.failure !== undefined) {
        return failedEnd(step.failure.error);
      }
      if (steps.isDone) {
        return { ended: 'finished' };
      }
    }
  } finally {
    steps.close(limits, name);
  }
}

/** A generator resumed many steps at once: findings are collected and progress is folded. What was yielded before a hang or a throw is kept. */
class Steps<Yielded> {
  readonly yielded: Yielded[] = [];
  isDone: boolean = false;
  readonly #start: () => Generator<Yielded, unknown, void>;
  #generator: Generator<Yielded, unknown, void> | undefined;

  constructor(start: () => Generator<Yielded, unknown, void>) {
    this.#start = start;
  }

  /** Goes on until the generator is done, or a turn is over. */
  take(): void {
    const turnEnds = performance.now() + turnInMilliseconds;
    this.#generator ??= this.#start();
    for (;;) {
      const step = this.#generator.next();
      if (step.done === true) {
        this.isDone = true;
        return;
      }
      if (isProgress(this.yielded.at(-1)) && isProgress(step.value)) {
        this.yielded.pop();
      }
      this.yielded.push(step.value);
      if (this.yielded.length > maxFindings || performance.now() > turnEnds) {
        return;
      }
    }
  }

  /** Lets the generator's own `finally` run, under a short limit; a plug-in that spoils even this has ended all the same. */
  close(limits: RunLimits, name: string): void {
    const running = this.#generator;
    if (running === undefined || this.isDone) {
      return;
    }
    try {
      limits.guard(() => running.return(undefined), closeLimitInMilliseconds, name);
    } catch {
      return;
    }
  }
}

function failedEnd(error: unknown): RunEnd {
  return isVmcorekitError(error)
    ? { ended: 'failed', because: error.message, code: error.code }
    : { ended: 'failed', because: error instanceof Error ? describeThrown(error) : `threw ${describeThrown(error)}` };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isProgress(value: unknown): value is Progress {
  return isObject(value) && 'kind' in value && value.kind === 'progress';
}
