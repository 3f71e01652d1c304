import { isVmcorekitError, type Progress, type StepGuard, VmcorekitError } from '@vmcorekit/core';

/** The amount of work under one guard, and of progress merged into one. */
export const turnInMilliseconds = 20;
/**
 * The search's own work between two steps must never be interrupted. So a guard leaves it this much
 * time beyond the deadline.
 */
const graceInMilliseconds = 250;

/**
 * A plug-in's step to run under a guard. It is a class, so that no value a plug-in yields can look
 * like one.
 */
export class GuardedStep {
  readonly name: string;
  /** The time limit of all steps of one plug-in's work together. */
  readonly limitInMilliseconds: number;
  /** On the clock of `performance`. */
  readonly deadline: number;
  /** What it threw, or why it was cut; undefined where it ended normally. */
  failure: { readonly error: unknown } | undefined;
  readonly #take: () => void;

  constructor(name: string, limitInMilliseconds: number, deadline: number, take: () => void) {
    this.name = name;
    this.limitInMilliseconds = limitInMilliseconds;
    this.deadline = deadline;
    this.#take = take;
  }

  take(): void {
    try {
      this.#take();
    } catch (error) {
      this.failure = { error };
    }
  }

  cut(cause?: unknown): void {
    const facts = { what: this.name, milliseconds: Math.ceil(this.limitInMilliseconds) };
    this.failure = { error: new VmcorekitError('timed-out', facts, { cause }) };
  }
}

/**
 * Drives work that yields its guarded steps. While a plug-in runs, the work itself rests, so an
 * interruption ends the plug-in's step and nothing else. A guard costs as much as a hundred small
 * steps (a thread on Node), so one serves many steps, of several plug-ins.
 */
export function* takeGuarded<Result>(
  work: Generator<Progress | GuardedStep, Result, void>,
  guard: StepGuard,
  onStep: (name: string) => void = () => {},
): Generator<Progress, Result, void> {
  for (let next = work.next(); ; ) {
    if (next.done === true) {
      return next.value;
    }
    if (!(next.value instanceof GuardedStep)) {
      yield next.value;
      next = work.next();
      continue;
    }
    const turn = new Turn(work, next.value, onStep);
    next = turn.run(guard);
    if (turn.progress !== undefined) {
      yield turn.progress;
    }
  }
}

/** Steps run under one guard. */
class Turn<Result> {
  /** The last step so far. */
  progress: Progress | undefined;
  readonly #work: Generator<Progress | GuardedStep, Result, void>;
  readonly #first: GuardedStep;
  readonly #onStep: (name: string) => void;
  /** The step that is running; undefined between two. */
  #running: GuardedStep | undefined;

  constructor(
    work: Generator<Progress | GuardedStep, Result, void>,
    first: GuardedStep,
    onStep: (name: string) => void,
  ) {
    this.#work = work;
    this.#first = first;
    this.#onStep = onStep;
  }

  run(guard: StepGuard): IteratorResult<Progress | GuardedStep, Result> {
    const start = performance.now();
    const { deadline, name } = this.#first;
    try {
      return guard(
        () => this.#takeSteps(start + turnInMilliseconds),
        deadline - start + graceInMilliseconds,
        name,
      );
    } catch (error) {
      if (this.#running === undefined || !isVmcorekitError(error, 'timed-out')) {
        throw error;
      }
      this.#running.cut(error);
      return this.#work.next();
    }
  }

  /**
   * Runs until the time is up, or a step comes that the guard would cut before its own deadline.
   */
  #takeSteps(end: number): IteratorResult<Progress | GuardedStep, Result> {
    let next: IteratorResult<Progress | GuardedStep, Result> = { done: false, value: this.#first };
    let announced: string | undefined;
    for (;;) {
      if (next.done === true) {
        return next;
      }
      if (next.value instanceof GuardedStep) {
        if (
          performance.now() > end ||
          next.value.deadline > this.#first.deadline + turnInMilliseconds
        ) {
          return next;
        }
        this.#running = next.value;
        if (announced !== next.value.name) {
          announced = next.value.name;
          this.#onStep(announced);
        }
        next.value.take();
        this.#running = undefined;
      } else {
        this.progress = next.value;
      }
      next = this.#work.next();
    }
  }
}
