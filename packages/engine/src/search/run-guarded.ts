import {
  describeThrown,
  type ErrorCode,
  isVmcorekitError,
  type Progress,
  type StepGuard,
} from '@vmcorekit/core';
import { GuardedStep, turnInMilliseconds } from './guarded-step.ts';

/** More findings than this from one plug-in is a flood, not a result. */
const maxFindings = 1024;
const closeLimitInMilliseconds = 100;

export interface RunLimits {
  /**
   * For the plug-in's tidying up, where it is ended early; its steps are yielded, for another to
   * take.
   */
  readonly guard: StepGuard;
  /** For the whole generator. */
  readonly limitInMilliseconds: number;
  /** Between two steps: what shows no sign of life for so long hangs. */
  readonly stepLimitInMilliseconds: number;
  /** How many pages of the dump were read so far. */
  readonly pagesRead: () => number;
  /** At which of these the generator ends. Unlike time, the same on every machine. */
  readonly pageLimit: number;
}

/** How a plug-in's generator ended. */
export type RunEnd =
  | { readonly ended: 'finished' | 'stopped' }
  | { readonly ended: 'page-limit'; readonly because: string }
  | {
      readonly ended: 'failed';
      readonly because: string;
      readonly code?: ErrorCode;
      readonly stack?: string;
    };

/**
 * Resumes a plug-in's generator step by step, handing on what it yields; each step is yielded
 * first, to be taken under a guard. It costs only itself: a throw, a hang, a flood or nonsense ends
 * it, and is told as the return value.
 */
export function* runGuarded<Yielded extends object>(
  name: string,
  start: () => Generator<Yielded, unknown, void>,
  limits: RunLimits,
): Generator<Yielded | GuardedStep, RunEnd, void> {
  const deadline = performance.now() + limits.limitInMilliseconds;
  const steps = new Steps(start, limits);
  let findings = 0;
  try {
    for (;;) {
      const now = performance.now();
      const stepEnds = Math.min(deadline, now + limits.stepLimitInMilliseconds);
      const limitInMilliseconds =
        stepEnds < deadline ? limits.stepLimitInMilliseconds : limits.limitInMilliseconds;
      const step = new GuardedStep(name, limitInMilliseconds, stepEnds, () => steps.take());
      if (now < deadline) {
        yield step;
      }
      if (step.failure === undefined && performance.now() >= stepEnds) {
        step.cut();
      }
      for (const value of steps.yielded.splice(0)) {
        if (!isObject(value)) {
          return {
            ended: 'failed',
            because: `yielded ${describeThrown(value)}, which is neither a finding nor progress`,
          };
        }
        if (!isProgress(value) && ++findings > maxFindings) {
          return {
            ended: 'failed',
            because: `yielded more than ${maxFindings} findings; the rest is ignored`,
          };
        }
        yield value;
      }
      if (step.failure !== undefined) {
        return failedEnd(step.failure.error);
      }
      if (steps.isDone) {
        return { ended: 'finished' };
      }
      if (steps.isPastPageLimit) {
        return {
          ended: 'page-limit',
          because: 'was cut when as many pages were read as the search may read',
        };
      }
    }
  } finally {
    steps.close(limits, name);
  }
}

/**
 * A generator resumed many steps at once: findings are collected and progress is folded. What was
 * yielded before a hang or a throw is kept.
 */
class Steps<Yielded> {
  readonly yielded: Yielded[] = [];
  isDone: boolean = false;
  readonly #start: () => Generator<Yielded, unknown, void>;
  readonly #limits: RunLimits;
  #generator: Generator<Yielded, unknown, void> | undefined;

  constructor(start: () => Generator<Yielded, unknown, void>, limits: RunLimits) {
    this.#start = start;
    this.#limits = limits;
  }

  get isPastPageLimit(): boolean {
    return this.#limits.pagesRead() >= this.#limits.pageLimit;
  }

  /** Goes on until the generator is done, or a turn is over. */
  take(): void {
    const turnEnds = performance.now() + turnInMilliseconds;
    this.#generator ??= this.#start();
    if (typeof this.#generator?.next !== 'function') {
      throw new TypeError('it returned no generator');
    }
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
      if (
        this.yielded.length > maxFindings ||
        this.isPastPageLimit ||
        performance.now() > turnEnds
      ) {
        return;
      }
    }
  }

  /**
   * Lets the generator's own `finally` run, under a short limit; a plug-in that spoils even this
   * has ended all the same.
   */
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

/** By the limit of pages, or by the watchdog. */
export function isCutByLimit(end: RunEnd): boolean {
  return end.ended === 'page-limit' || (end.ended === 'failed' && end.code === 'timed-out');
}

function failedEnd(error: unknown): RunEnd {
  return isVmcorekitError(error)
    ? { ended: 'failed', because: error.message, code: error.code }
    : error instanceof Error
      ? {
          ended: 'failed',
          because: describeThrown(error),
          ...(error.stack === undefined ? {} : { stack: error.stack }),
        }
      : { ended: 'failed', because: `threw ${describeThrown(error)}` };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What throws when it is looked at is none; whoever takes it in says so. */
function isProgress(value: unknown): value is Progress {
  try {
    return isObject(value) && 'kind' in value && value.kind === 'progress';
  } catch {
    return false;
  }
}
