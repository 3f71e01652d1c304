import type { CallName, Calls } from '../../protocol/calls.ts';
import type { Progress } from '../../protocol/messages.ts';
import { CallError } from '../client/call-error.ts';
import type { Scanner } from '../client/scanner.ts';

/**
 * One run of what reads all of a dump, also while its view is not shown. Keeps the answer of the
 * last. Sends `change`.
 */
export class ScanRun<Name extends CallName> extends EventTarget {
  /** What was asked last; null before the first run. */
  given: Calls[Name]['given'] | null = null;
  progress: Progress | null = null;
  answer: Calls[Name]['answer'] | null = null;
  failure: string | null = null;
  /** Whether the user stopped the last run. */
  isStopped = false;
  readonly #scanner: Scanner;
  readonly #name: Name;
  #controller: AbortController | null = null;

  constructor(scanner: Scanner, name: Name) {
    super();
    this.#scanner = scanner;
    this.#name = name;
  }

  get isRunning(): boolean {
    return this.#controller !== null;
  }

  async run(given: Calls[Name]['given']): Promise<void> {
    const controller = new AbortController();
    this.reset();
    this.given = given;
    this.#controller = controller;
    this.#changed();
    try {
      const answer = await this.#scanner.call(this.#name, given, {
        signal: controller.signal,
        onProgress: (progress) => {
          if (controller === this.#controller) {
            this.progress = progress;
            this.#changed();
          }
        },
      });
      if (controller === this.#controller) {
        this.answer = answer;
      }
    } catch (error) {
      const isCancelled = error instanceof CallError && error.code === 'cancelled';
      if (controller === this.#controller) {
        this.isStopped = isCancelled;
        this.failure = isCancelled ? null : error instanceof Error ? error.message : String(error);
      }
    }
    if (controller === this.#controller) {
      this.#controller = null;
      this.progress = null;
      this.#changed();
    }
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** Forgets everything, as for another dump. */
  reset(): void {
    this.#controller?.abort();
    this.#controller = null;
    this.given = null;
    this.progress = null;
    this.answer = null;
    this.failure = null;
    this.isStopped = false;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
