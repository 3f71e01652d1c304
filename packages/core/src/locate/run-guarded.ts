import { type ErrorCode, isVmcorekitError, VmcorekitError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { StepGuard } from './guard.ts';

/** More findings than this from one plug-in is a flood, not a result. */
const findingLimit = 1024;
/** How much progress is folded into one step. */
const turnInMilliseconds = 20;
const closeLimitInMilliseconds = 100;

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
  const turn = new Turn(start);
  let findings = 0;
  try {
    for (;;) {
      const failure = turn.take(limits, deadline, name);
      for (const value of turn.yielded.splice(0)) {
        if (!isObject(value)) {
          return { ended: 'failed', because: `yielded ${wordsOf(value)}, which is neither a finding nor progress` };
        }
        if (!isProgress(value) && ++findings > findingLimit) {
          return { ended: 'failed', because: `yielded more than ${findingLimit} findings; the rest is ignored` };
        }
        yield value;
      }
      if (failure !== undefined) {
        return failure;
      }
      if (turn.isDone) {
        return { ended: 'finished' };
      }
    }
  } finally {
    turn.close(limits, name);
  }
}

/**
 * A generator resumed in turns: a guarded call costs as much as a hundred small steps, so findings are collected and progress is
 * folded. What was yielded before a step hung or threw is kept.
 */
class Turn<Yielded> {
  readonly yielded: Yielded[] = [];
  isDone: boolean = false;
  readonly #start: () => Generator<Yielded, unknown, void>;
  #generator: Generator<Yielded, unknown, void> | undefined;

  constructor(start: () => Generator<Yielded, unknown, void>) {
    this.#start = start;
  }

  /** Takes one turn; the failure that ended the generator, if it failed. */
  take(limits: RunLimits, deadline: number, name: string): RunEnd | undefined {
    try {
      const remaining = Math.ceil(deadline - performance.now());
      if (remaining <= 0) {
        throw new VmcorekitError('timed-out', { what: name, milliseconds: limits.limitInMilliseconds });
      }
      limits.guard(() => this.#step(performance.now() + turnInMilliseconds), remaining, name);
      return undefined;
    } catch (error) {
      return isVmcorekitError(error)
        ? { ended: 'failed', because: error.message, code: error.code }
        : { ended: 'failed', because: error instanceof Error ? wordsOf(error) : `threw ${wordsOf(error)}` };
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

  #step(turnEnds: number): void {
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
      if (this.yielded.length > findingLimit || performance.now() > turnEnds) {
        return;
      }
    }
  }
}

/** A plug-in may throw or yield anything, even what cannot be turned into text. */
function wordsOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'what cannot be told';
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isProgress(value: unknown): value is Progress {
  return isObject(value) && 'kind' in value && value.kind === 'progress';
}
