import type { Transfer } from '@vmcorekit/core';
import type { CallName, Calls } from '../../protocol/calls.ts';
import type { CallOptions } from './session-client.ts';
import { type Restorable, Supervisor } from './supervisor.ts';

/**
 * A second worker for what reads all of the dump, so that the views stay alive. It starts with its
 * first call, and opens what the first worker has open; of a file on a server both fetch no more
 * together than the user allowed. Sends `transfer` when something was fetched.
 */
export class Scanner extends EventTarget {
  readonly #main: Supervisor;
  #own: { readonly supervisor: Supervisor; readonly about: Restorable } | null = null;

  constructor(main: Supervisor) {
    super();
    this.#main = main;
    main.addEventListener('transfer', () => {
      this.#own?.supervisor.noteElsewhere(main.transfer.bytesFetched);
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
      this.close();
      const supervisor = new Supervisor(start, restorable);
      supervisor.noteElsewhere(this.#main.transfer.bytesFetched);
      supervisor.addEventListener('transfer', () => {
        this.#main.noteElsewhere(supervisor.transfer.bytesFetched);
        this.dispatchEvent(new Event('transfer'));
      });
      this.#own = { supervisor, about: restorable };
    }
    return this.#own.supervisor.call(name, given, options);
  }

  /** What its worker has fetched; null before the first call. */
  get transfer(): Transfer | null {
    return this.#own?.supervisor.transfer ?? null;
  }

  /** Ends its calls and its worker. */
  close(): void {
    this.#own?.supervisor.close();
    this.#own = null;
  }
}
