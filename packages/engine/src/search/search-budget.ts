import { type PhysicalMemory, patientGuard, type StepGuard } from '@vmcorekit/core';
import {
  defaultPageLimit,
  defaultStepLimitInMilliseconds,
  defaultTimeLimitInMilliseconds,
  type LocateOptions,
} from './locate-options.ts';
import type { RunLimits } from './run-guarded.ts';

/** What a search may still use: pages of the dump, and the watchdog's time. */
export class SearchBudget {
  readonly #memory: PhysicalMemory;
  readonly #deadline: number;
  readonly #limitInMilliseconds: number;
  readonly #stepLimitInMilliseconds: number;
  /** The number of pages read at which the search ends. */
  readonly #lastPage: number;
  readonly #guard: StepGuard;

  constructor(memory: PhysicalMemory, options: LocateOptions) {
    this.#memory = memory;
    this.#guard = options.guard ?? patientGuard;
    const timeLimitInMilliseconds =
      options.timeLimitInMilliseconds ?? defaultTimeLimitInMilliseconds;
    this.#deadline = performance.now() + timeLimitInMilliseconds;
    this.#limitInMilliseconds = timeLimitInMilliseconds / 2;
    this.#stepLimitInMilliseconds =
      options.stepTimeLimitInMilliseconds ?? defaultStepLimitInMilliseconds;
    this.#lastPage = this.#pagesRead() + (options.pageLimit ?? defaultPageLimit);
  }

  get isOutOfTime(): boolean {
    return this.#remaining() <= 0;
  }

  get isOutOfPages(): boolean {
    return this.#pagesRead() >= this.#lastPage;
  }

  /**
   * The budget of one plug-in: half of what is left, so one that hangs or reads without end leaves
   * something for the others.
   */
  limits(): RunLimits {
    const pagesRead = this.#pagesRead();
    return {
      guard: this.#guard,
      limitInMilliseconds: Math.min(this.#limitInMilliseconds, Math.max(1, this.#remaining())),
      stepLimitInMilliseconds: this.#stepLimitInMilliseconds,
      pagesRead: () => this.#pagesRead(),
      pageLimit: pagesRead + Math.max(1, Math.ceil((this.#lastPage - pagesRead) / 2)),
    };
  }

  #pagesRead(): number {
    return this.#memory.pagesRead;
  }

  #remaining(): number {
    return this.#deadline - performance.now();
  }
}
