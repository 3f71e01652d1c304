import {
  type Dump,
  isSourceFailure,
  type Kernel,
  type SymbolTable,
  type Verdict,
  VmcorekitError,
} from '@vmcorekit/core';
import type { SearchOptions, Toolkit } from '@vmcorekit/engine';
import { type LocateOptions, type LocateResult, searchOf } from './locating.ts';
import { isOtherThanNamed } from './named-kernel.ts';
import type { RepairGrounds } from './repairing/repair.ts';
import type { WorkOptions } from './work-options.ts';

/** How a dump came to be open. */
export interface Opening {
  /** True if it was opened by paths: then its files can be changed and opened again. */
  readonly isOfFiles: boolean;
  readonly hasOwnPlugins: boolean;
  /** Searches by the user's rules too; left out, as `locate` is asked alone. */
  readonly search?: (dump: Dump, search: SearchOptions, work: WorkOptions) => Promise<Verdict>;
}

/** What all methods of an opened dump use: its state, and the last search for a kernel. */
export class DumpSession {
  readonly #toolkit: Toolkit;
  readonly #dump: Dump;
  readonly #opening: Opening;
  readonly #closing: AbortController = new AbortController();
  /** What searches opened: the kernel may read types in their files until the dump is closed. */
  readonly #symbolTables: SymbolTable[] = [];
  #found: LocateResult | null = null;
  /** The options of that search. */
  #foundBy: LocateOptions = {};

  constructor(toolkit: Toolkit, dump: Dump, opening: Opening) {
    this.#toolkit = toolkit;
    this.#dump = dump;
    this.#opening = opening;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Whether threads can help: they open the files again, without the caller's plug-ins. */
  get canShare(): boolean {
    return this.#opening.isOfFiles && !this.#opening.hasOwnPlugins;
  }

  /** The dump. Throws `contract` once it is closed. */
  get dump(): Dump {
    this.throwIfClosed();
    return this.#dump;
  }

  throwIfClosed(): void {
    if (this.isClosed) {
      throw this.#closed();
    }
  }

  close(): void {
    if (!this.isClosed) {
      this.#closing.abort(this.#closed());
      this.#dump[Symbol.dispose]();
      for (const table of this.#symbolTables) {
        table[Symbol.dispose]?.();
      }
    }
  }

  /** Signal and progress of the options. Closing the dump ends the work too. */
  work({ signal, onProgress }: WorkOptions): WorkOptions & { readonly signal: AbortSignal } {
    const closing = this.#closing.signal;
    return {
      signal: signal === undefined ? closing : AbortSignal.any([closing, signal]),
      ...(onProgress === undefined ? {} : { onProgress }),
    };
  }

  async locate(options: LocateOptions): Promise<LocateResult> {
    const { dump } = this;
    const work = this.work(options);
    const search = await searchOf(this.#toolkit, options, this.#symbolTables);
    const verdict = await (this.#opening.search?.(dump, search, work) ??
      this.#toolkit.locate(dump, { ...search, ...work }));
    const kernel = await this.#opened(dump, verdict, work);
    const { signal: _signal, onProgress: _onProgress, ...foundBy } = options;
    this.#foundBy = foundBy;
    this.#found = { ...verdict, kernel, located: verdict.kernel, verdict };
    return this.#found;
  }

  /** The result of the last search, or of a first one. */
  async located(options: WorkOptions): Promise<LocateResult> {
    this.throwIfClosed();
    const found = this.#found ?? (await this.locate(this.work(options)));
    const { sourceFailure } = this.dump;
    if (sourceFailure !== null) {
      throw sourceFailure;
    }
    return found;
  }

  /**
   * The same. Throws `no-kernel` if that search was given a kernel that nothing supports, because
   * the caller does not want the memory of another one.
   */
  async locatedAsNamed(options: WorkOptions): Promise<LocateResult> {
    const found = await this.located(options);
    if (isOtherThanNamed(this.#dump, this.#foundBy.told, found.located)) {
      throw new VmcorekitError('no-kernel', { file: this.#name, because: found.explanation });
    }
    return found;
  }

  /** The kernel. Also throws `no-kernel` if there is none, or if nothing maps its memory. */
  async kernel(options: WorkOptions): Promise<Kernel> {
    const { kernel, located, explanation } = await this.locatedAsNamed(options);
    if (kernel === null) {
      const because =
        located === null ? explanation : 'a kernel was found, but no page tables that map it';
      throw new VmcorekitError('no-kernel', { file: this.#name, because });
    }
    return kernel;
  }

  /**
   * The kernel that a repair is for. If the caller names another than the last search chose,
   * searches for that one.
   */
  async meant({ told, ...options }: RepairGrounds & WorkOptions): Promise<LocateResult> {
    const found = await this.located(options);
    if (told === undefined || !isOtherThanNamed(this.#dump, told, found.located)) {
      return found;
    }
    const verdict = await this.#toolkit.locate(this.dump, {
      ...(await searchOf(this.#toolkit, { ...this.#foundBy, told }, this.#symbolTables)),
      ...this.work(options),
    });
    return { ...verdict, kernel: null, located: verdict.kernel, verdict };
  }

  /** Throws for a source: a file of its name may exist, but is not this dump. */
  refuseSources(): void {
    this.throwIfClosed();
    if (!this.#opening.isOfFiles) {
      throw new VmcorekitError('unsupported', {
        what: `changing ${this.#name}, which was not opened by its path`,
        advice: 'write a new file instead',
      });
    }
  }

  /**
   * Opens the kernel of a verdict. Also null if the file fails only now: the verdict stands, and
   * `sourceFailure` says why the kernel cannot be read.
   */
  async #opened(dump: Dump, verdict: Verdict, work: WorkOptions): Promise<Kernel | null> {
    try {
      return await this.#toolkit.openKernel(dump, verdict, work);
    } catch (error) {
      if (dump.sourceFailure === null || !isSourceFailure(error)) {
        throw error;
      }
      return null;
    }
  }

  get #name(): string {
    return this.#dump.files[0] ?? 'dump';
  }

  #closed(): VmcorekitError {
    return new VmcorekitError('contract', { what: `${this.#name} was used after it was closed` });
  }
}
