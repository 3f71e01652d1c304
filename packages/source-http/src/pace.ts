import { setTimeout as sleep } from 'node:timers/promises';
import { plural } from '@vmcorekit/core';
import { Fault } from './fault.ts';
import type { Patience } from './patience.ts';

/** After so many windows of a read its speed as a whole is looked at. */
const windowsFirst = 2;

/** The speed of one read over all its requests. Pauses between them do not count. */
export class Pace {
  readonly #patience: Patience;
  readonly #since: number = performance.now();
  #pausedInMilliseconds = 0;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** Throws a final `Fault` for a server that sends less than is due over all windows so far. */
  check(doneInBytes: number, wantedInBytes: number): void {
    const { windowInMilliseconds, leastBytesInWindow } = this.#patience;
    const spent = performance.now() - this.#since - this.#pausedInMilliseconds;
    const windows = Math.floor(spent / windowInMilliseconds);
    const due = Math.min(wantedInBytes, windows * leastBytesInWindow);
    if (windows >= windowsFirst && doneInBytes < due) {
      const seconds = Math.round(spent / 1000);
      throw new Fault(
        `the server is too slow: ${plural(doneInBytes, 'byte')} in ${seconds} s of requests`,
        'final',
      );
    }
  }

  async pause(milliseconds: number): Promise<void> {
    const before = performance.now();
    await sleep(milliseconds);
    this.#pausedInMilliseconds += performance.now() - before;
  }
}
