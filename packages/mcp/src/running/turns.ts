import { VmcorekitError } from '@vmcorekit/core';

/** More calls than these only wait. The work of all is done by one thread. */
const maxWaiting = 32;

/**
 * Lets one call at a time work on a dump: the next begins when the one before it has ended. A call
 * that is cancelled while it waits never begins.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Throws `unsupported` where too many calls wait, and the signal's reason. */
  async take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= maxWaiting) {
      throw new VmcorekitError('unsupported', {
        what: `more than ${maxWaiting} calls that wait for one dump`,
        advice: 'call again when one has ended',
      });
    }
    this.#waiting++;
    const before = this.#last;
    let end = (): void => {};
    this.#last = new Promise<void>((resolve) => {
      end = resolve;
    });
    try {
      await before;
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#waiting--;
      end();
    }
  }
}
