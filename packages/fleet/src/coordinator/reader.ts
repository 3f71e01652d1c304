import { Child, type ChildEnd, type ChildLimits } from '../children/child.ts';
import type { ChildSettings, Question } from '../children/protocol.ts';
import { sleep } from './sleep.ts';

export interface ReaderOptions extends ChildLimits {
  readonly config: ChildSettings['config'];
  readonly remark: (text: string) => void;
}

/** A child is replaced after as many dumps: what plug-ins leave in memory goes with it. */
const dumpsPerChild = 200;
const maxStarts = 5;
const pauseMilliseconds = 500;

/** Reads dumps with one warm child, and starts another where that died. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #signal: AbortSignal;
  #child: Child | undefined;

  /** The signal kills the child. */
  constructor(options: ReaderOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Reads a dump. Rejects if no child starts. */
  async read(
    asked: Omit<Question, 'number'>,
  ): Promise<Extract<ChildEnd, { kind: 'answer' | 'died' }>> {
    for (let starts = 1; ; starts++) {
      const end = await this.#started().read(asked);
      if (end.kind === 'answer' || end.kind === 'died') {
        return end;
      }
      if (this.#signal.aborted) {
        return { kind: 'died', because: end.because, isByOthers: true };
      }
      if (end.kind === 'refused' || starts === maxStarts) {
        throw new Error(end.because);
      }
      await sleep(pauseMilliseconds * starts, this.#signal);
    }
  }

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  #started(): Child {
    const { config, remark } = this.#options;
    if (this.#child !== undefined && this.#child.count >= dumpsPerChild) {
      this.#child.retire();
      this.#child = undefined;
    }
    if (this.#child?.isAlive !== true) {
      this.#child = new Child(this.#options, config, remark);
    }
    return this.#child;
  }
}
