import type { GuardedWork } from '@vmcorekit/browser';
import type { CallName, Calls } from '../../protocol/calls.ts';
import type { OpenRequest } from '../../protocol/dump-calls.ts';
import { type CallOptions, SessionClient } from './session-client.ts';
import { startWorker } from './start-worker.ts';

/** A turn of work is at most this much longer than its limit before the worker counts as hung. */
const graceInMilliseconds = 250;

/** Work that ran past its limit, as `heuristic 'name'`. */
export interface Hung {
  readonly what: string;
  readonly limitInMilliseconds: number;
}

/**
 * Keeps a worker that answers. A step that runs past its limit ends the worker; another one opens
 * the same files, and the calls that waited fail with `timed-out`.
 */
export class Supervisor {
  readonly hung: Hung[] = [];
  #client: SessionClient;
  #timer: number | undefined;
  #opened: OpenRequest | null = null;

  constructor() {
    this.#client = this.#start();
  }

  /** Throws `CallError`. */
  async call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    options?: CallOptions,
  ): Promise<Calls[Name]['answer']> {
    if (name === 'open') {
      this.#opened = given as OpenRequest;
    }
    return await this.#client.call(name, given, options);
  }

  #start(): SessionClient {
    return new SessionClient(startWorker('session'), (work) => this.#watch(work));
  }

  #watch(work: GuardedWork): void {
    window.clearTimeout(this.#timer);
    if (work.phase === 'begin') {
      const { what, limitInMilliseconds } = work;
      this.#timer = window.setTimeout(() => {
        this.#restart({ what, limitInMilliseconds });
      }, limitInMilliseconds + graceInMilliseconds);
    }
  }

  #restart(hung: Hung): void {
    this.hung.push(hung);
    const ended = this.#client;
    this.#client = this.#start();
    if (this.#opened !== null) {
      // The next caller is answered from the same files.
      this.#client.call('open', this.#opened).catch(() => undefined);
    }
    ended.end({
      code: 'timed-out',
      message: `${hung.what} ran past its time limit of ${hung.limitInMilliseconds / 1000} s`,
      facts: { ...hung },
    });
  }
}
