import type { GuardedWork } from '@vmcorekit/browser';

/**
 * How long the news may be on its way that a step came back in time. A page that was asleep gets
 * its timers before its messages.
 */
const graceInMilliseconds = 250;

/** Work that ran past its limit. */
export interface Hung {
  /** As `analyzer 'ps'`; a heuristic or witness by its bare name. */
  readonly what: string;
  readonly limitInMilliseconds: number;
  /** Whether it is a heuristic or witness of a search. */
  readonly isOfSearch: boolean;
}

interface Running {
  what: string;
  timer: number;
  /** Begins the limit, from the start. */
  readonly begin: () => void;
}

/** Follows what a worker's guard runs, and reports work that does not come back. */
export class Watch {
  readonly #onHung: (hung: Hung) => void;
  /** The innermost last. */
  readonly #running: Running[] = [];
  readonly #ofSearch: Set<string> = new Set();

  constructor(onHung: (hung: Hung) => void) {
    this.#onHung = onHung;
  }

  take(work: GuardedWork): void {
    switch (work.phase) {
      case 'begin':
        this.#begin(work.what, work.limitInMilliseconds);
        break;
      case 'step': {
        this.#ofSearch.add(work.what);
        const innermost = this.#running.at(-1);
        if (innermost !== undefined) {
          innermost.what = work.what;
        }
        break;
      }
      // A slow network is no reason to leave a plug-in out; each request has its own limit.
      case 'wait':
        for (const { timer } of this.#running) {
          window.clearTimeout(timer);
        }
        break;
      case 'resume':
        for (const { begin } of this.#running) {
          begin();
        }
        break;
      case 'end':
        window.clearTimeout(this.#running.pop()?.timer);
    }
  }

  /** Whether a guarded step runs. */
  get isRunning(): boolean {
    return this.#running.length > 0;
  }

  /** Reports nothing more. */
  stop(): void {
    for (const { timer } of this.#running.splice(0)) {
      window.clearTimeout(timer);
    }
  }

  #begin(what: string, limitInMilliseconds: number): void {
    const report = (): void => {
      const innermost = running.what;
      this.#onHung({
        what: innermost,
        limitInMilliseconds,
        isOfSearch: this.#ofSearch.has(innermost),
      });
    };
    const waitForNews = (): void => {
      running.timer = window.setTimeout(report, graceInMilliseconds);
    };
    const running: Running = {
      what,
      timer: 0,
      begin: () => {
        running.timer = window.setTimeout(waitForNews, limitInMilliseconds);
      },
    };
    running.begin();
    this.#running.push(running);
  }
}
