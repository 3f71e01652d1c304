import type { Transfer } from '@vmcorekit/core';
import type { CallName, Calls } from '../../protocol/calls.ts';
import type { CallOptions } from './session-client.ts';
import { type Restorable, Supervisor } from './supervisor.ts';
import { nothingFetched, sumOf } from './transfers.ts';

/**
 * A second worker for what reads all of the dump, so that the views stay alive. It starts with its
 * first call, and opens what the first worker has open; of a file on a server both fetch no more
 * together than the user allowed. Sends `transfer` when something was fetched.
 */
export class Scanner extends EventTarget {
  readonly #main: Supervisor;
  #own: { readonly supervisor: Supervisor; readonly about: Restorable } | null = null;
  /** What the workers before this one have fetched for the dump. */
  #transferBefore: Transfer = nothingFetched;

  constructor(main: Supervisor) {
    super();
    this.#main = main;
    main.addEventListener('transfer', () => {
      if (this.#own !== null) {
        this.#noteMain(this.#own.supervisor);
      }
    });
  }

  /** Throws `CallError`: `cancelled` also where another dump was opened meanwhile. */
  call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    options?: CallOptions,
  ): Promise<Calls[Name]['answer']> {
    const { restorable, start } = this.#main;
    if (this.#own?.about !== restorable) {
      const { transfer } = this;
      this.close();
      this.#transferBefore = transfer;
      const supervisor = new Supervisor(start, restorable);
      this.#noteMain(supervisor);
      supervisor.addEventListener('transfer', () => {
        this.#main.noteElsewhere(this.transfer.bytesFetched);
        this.dispatchEvent(new Event('transfer'));
      });
      this.#own = { supervisor, about: restorable };
    }
    return this.#own.supervisor.call(name, given, options);
  }

  /** What its workers have fetched for the dump. */
  get transfer(): Transfer {
    return sumOf(this.#transferBefore, this.#own?.supervisor.transfer ?? nothingFetched);
  }

  #noteMain(supervisor: Supervisor): void {
    supervisor.noteElsewhere(this.#main.transfer.bytesFetched + this.#transferBefore.bytesFetched);
  }

  /** Ends its calls and its worker: another dump comes. */
  close(): void {
    this.#own?.supervisor.close();
    this.#own = null;
    this.#transferBefore = nothingFetched;
  }
}
