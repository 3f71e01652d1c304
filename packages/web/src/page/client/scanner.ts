import type { CallName, Calls } from '../../protocol/calls.ts';
import type { CallOptions } from './session-client.ts';
import { type Restorable, Supervisor } from './supervisor.ts';

/**
 * A second worker for what reads all of the dump, so that the views stay alive. It starts with its
 * first call, and opens what the first worker has open.
 */
export class Scanner {
  readonly #main: Supervisor;
  #own: { readonly supervisor: Supervisor; readonly about: Restorable } | null = null;

  constructor(main: Supervisor) {
    this.#main = main;
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
      this.#own = { supervisor: new Supervisor(start, restorable), about: restorable };
    }
    return this.#own.supervisor.call(name, given, options);
  }

  /** Ends its calls and its worker. */
  close(): void {
    this.#own?.supervisor.close();
    this.#own = null;
  }
}
