import { Fault } from './fault.ts';

const maxTries = 5;
const firstPauseInMilliseconds = 100;
/** A server that sends less with each answer would be asked thousands of times for one read. */
export const leastProgressInBytes: number = 4096;
/** No server may ask for more patience with one read, all its answers together. */
const usualMaxWaitInMilliseconds = 60_000;

/**
 * Decides whether failed work is tried again: five tries at most, with pauses that double and vary
 * by chance, or that the server asks for. A try that got 4 KiB further counts as the first.
 */
export class Tries {
  readonly #maxWait: number;
  #count = 0;
  #slow = 0;
  #askedInMilliseconds = 0;
  #before: number;

  /** `done` says how far the work is already. */
  constructor(done = 0, maxWaitInMilliseconds: number = usualMaxWaitInMilliseconds) {
    this.#before = done;
    this.#maxWait = maxWaitInMilliseconds;
  }

  /**
   * How long to wait before the next try, in milliseconds. Throws where there is none: the error
   * itself, or the last `Fault`.
   */
  pauseAfter(error: unknown, done: number): number {
    if (!(error instanceof Fault) || (error.kind !== 'again' && error.kind !== 'slow')) {
      throw error;
    }
    this.#count += 1;
    if (done - this.#before >= leastProgressInBytes) {
      this.#count = 1;
      this.#before = done;
    }
    this.#slow += error.kind === 'slow' ? 1 : 0;
    const { waitInMilliseconds: asked = 0 } = error;
    this.#askedInMilliseconds += asked;
    if (this.#askedInMilliseconds > this.#maxWait) {
      throw new Fault(
        `${error.because}, and asks for ${Math.ceil(this.#askedInMilliseconds / 1000)} s of patience: try again then`,
        'final',
      );
    }
    if (this.#count >= maxTries || this.#slow > 1) {
      throw this.#slow > 1 ? error : new Fault(`${error.because}, ${maxTries} times`, 'final');
    }
    const usual = firstPauseInMilliseconds * 2 ** (this.#count - 1) * (0.5 + Math.random());
    return Math.max(asked, usual);
  }
}

/** Does work until it succeeds; `progress` says how far it came. Throws the last `Fault`. */
export async function retrying<Result>(
  work: () => Promise<Result>,
  progress: () => number,
  pause: (milliseconds: number) => Promise<void>,
): Promise<Result> {
  const tries = new Tries(progress());
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await pause(tries.pauseAfter(error, progress()));
    }
  }
}
