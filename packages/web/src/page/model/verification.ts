import type { Progress } from '../../protocol/messages.ts';
import type { Verified } from '../../protocol/scan-calls.ts';
import { CallError } from '../client/call-error.ts';
import type { Scanner } from '../client/scanner.ts';

/** One run of `verify`, also while its view is not shown. Sends `change`. */
export class Verification extends EventTarget {
  progress: Progress | null = null;
  answer: Verified | null = null;
  failure: string | null = null;
  readonly #scanner: Scanner;
  #controller: AbortController | null = null;

  constructor(scanner: Scanner) {
    super();
    this.#scanner = scanner;
  }

  get isRunning(): boolean {
    return this.#controller !== null;
  }

  async run(): Promise<void> {
    const controller = new AbortController();
    this.reset();
    this.#controller = controller;
    this.#changed();
    try {
      const answer = await this.#scanner.call(
        'verify',
        {},
        {
          signal: controller.signal,
          onProgress: (progress) => {
            this.progress = progress;
            this.#changed();
          },
        },
      );
      if (controller === this.#controller) {
        this.answer = answer;
      }
    } catch (error) {
      const isCancelled = error instanceof CallError && error.code === 'cancelled';
      if (controller === this.#controller && !isCancelled) {
        this.failure = error instanceof Error ? error.message : String(error);
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
    this.progress = null;
    this.answer = null;
    this.failure = null;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
