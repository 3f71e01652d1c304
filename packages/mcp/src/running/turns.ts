import { VmcorekitError } from '@vmcorekit/core';

/** More calls than these are refused. The work of all is done by one thread. */
const maxWaiting = 32;

/**
 * Lets so many calls at a time work: the next begins when one before it has ended. A call that is
 * cancelled while it waits never begins.
 */
export class Turns {
  readonly #what: string;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `what` says what calls wait for, in the error where too many do. */
  constructor(what: string, atOnce: number) {
    this.#what = what;
    this.#free = atOnce;
  }

  /** Throws `unsupported` where too many calls wait, and the signal's reason. */
  async take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    if (this.#free === 0) {
      await this.#turn(signal);
    } else {
      this.#free--;
    }
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free++;
      } else {
        // Its turn is handed over, so that no other call can take it first.
        next();
      }
    }
  }

  /** Rejects with the signal's reason; the call then waits no more. */
  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length >= maxWaiting) {
      throw new VmcorekitError('unsupported', {
        what: `more than ${maxWaiting} calls that wait for ${this.#what}`,
        advice: 'call again when one has ended',
      });
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
