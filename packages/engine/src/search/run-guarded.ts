import {
  describeThrown,
  type ErrorCode,
  isVmcorekitError,
  type Progress,
  type StepGuard,
} from '@vmcorekit/core';
import { GuardedStep, turnInMilliseconds } from './guarded-step.ts';

/** More findings than this from one plug-in are a flood, not a result. */
const maxFindings = 1024;
const closeLimitInMilliseconds = 100;

export interface RunLimits {
  /**
   * Guards the plug-in's cleanup when it is ended early. Its steps are yielded, for the caller to
   * run.
   */
  readonly guard: StepGuard;
  /** The limit for the whole generator. */
  readonly limitInMilliseconds: number;
  /** The limit between two steps: a plug-in without a sign of life for so long hangs. */
  readonly stepLimitInMilliseconds: number;
  /** The number of pages read from the dump so far. */
  readonly pagesRead: () => number;
  /**
   * The number of pages read at which the generator ends. Unlike time, it is the same on every
   * machine.
   */
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
 * Resumes a plug-in's generator step by step, and passes on what it yields. Each step is first
 * yielded, to run under a guard. A plug-in costs only itself: a throw, a hang, a flood or nonsense
 * ends it, and is reported in the return value.
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
          because: 'was cut at the page limit of the search',
        };
      }
    }
  } finally {
    steps.close(limits, name);
  }
}

/**
 * Resumes a generator many steps at a time: collects findings, and merges progress. Values yielded
 * before a hang or a throw are kept.
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

  /** Runs until the generator is done, or a turn is over. */
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
   * Lets the generator's own `finally` run, under a short limit. Even if that fails, the plug-in
   * counts as ended.
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

/** Ended by the limit of pages or of what may be fetched, or by the watchdog. */
export function isCutByLimit(end: RunEnd): boolean {
  return (
    end.ended === 'page-limit' ||
    (end.ended === 'failed' && (end.code === 'timed-out' || end.code === 'transfer-limit'))
  );
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

/** A value that throws when it is read is no progress; the caller that reads it reports that. */
function isProgress(value: unknown): value is Progress {
  try {
    return isObject(value) && 'kind' in value && value.kind === 'progress';
  } catch {
    return false;
  }
}
