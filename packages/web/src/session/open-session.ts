import { BrowserIndexCache, hashNamed } from '@vmcorekit/browser';
import type { Dump, Kernel, Plugin, SymbolTable, Verdict } from '@vmcorekit/core';
import { VmcorekitError } from '@vmcorekit/core';
import {
  createToolkit,
  type DriveOptions,
  type SearchOptions,
  type Toolkit,
} from '@vmcorekit/engine';
import { searchPlugins } from 'vmcorekit/search-plugins';
import type { PluginOutcome } from '../protocol/plugin-calls.ts';
import type { SessionStart } from '../protocol/session-start.ts';
import type { Addresses } from './dump/addresses.ts';
import type { SessionHost } from './session-host.ts';

export interface SessionOptions extends SessionHost, Omit<SessionStart, 'plugins'> {
  /** The user's own, after those that come with vmcorekit; no name is that of another. */
  readonly plugins: readonly Plugin[];
  readonly pluginOutcome?: PluginOutcome;
  /** Opens files on servers; only in a worker that reaches them. */
  readonly addresses?: Addresses;
}

/** One open dump, its verdict and its kernel, for the answers to every call. */
export class OpenSession {
  /** Without the analyzers of vmcorekit: `Reports` has them, and is fetched with them. */
  readonly toolkit: Toolkit;
  readonly options: SessionOptions;
  /** Of the files that are opened; `prepare` comes before. */
  readonly indexes: BrowserIndexCache = new BrowserIndexCache();
  #dump: Dump | null = null;
  #symbols: readonly SymbolTable[] = [];
  #verdict: Verdict | null = null;

  constructor(options: SessionOptions) {
    this.options = options;
    const { guard, plugins, stepLimitInMilliseconds } = options;
    this.toolkit = createToolkit([...searchPlugins, ...plugins], {
      stepLimit: { guard, limitInMilliseconds: stepLimitInMilliseconds },
      // An index has parts of the file: of one on a server, nothing stays on the disk.
      ...(options.addresses === undefined ? { indexCache: this.indexes } : {}),
      hashNamed,
    });
  }

  /** Throws `contract` where no dump is open. */
  get dump(): Dump {
    if (this.#dump === null) {
      throw new VmcorekitError('contract', { what: 'no dump is open' });
    }
    return this.#dump;
  }

  /** Takes over a dump and its symbols, and closes those before. */
  take(dump: Dump, symbols: readonly SymbolTable[] = []): void {
    this.close();
    this.#dump = dump;
    this.#symbols = symbols;
  }

  /** Searches for the kernel; later answers are about this one. */
  async locate(search: SearchOptions): Promise<Verdict> {
    const { guard, announce, leftOut, stepLimitInMilliseconds } = this.options;
    this.#verdict = await this.toolkit.locate(this.dump, {
      ...search,
      symbolFiles: this.#symbols,
      ...(Object.keys(leftOut).length === 0 ? {} : { leftOut }),
      guard,
      stepTimeLimitInMilliseconds: stepLimitInMilliseconds,
      onStep: (what) => announce({ phase: 'step', what }),
    });
    return this.#verdict;
  }

  /** The verdict of the last search, or of a first one. */
  async located(work: DriveOptions): Promise<Verdict> {
    return this.#verdict ?? (await this.locate(work));
  }

  /** Null where there is none, or nothing maps its memory. */
  async kernel(work: DriveOptions): Promise<Kernel | null> {
    return await this.toolkit.openKernel(this.dump, await this.located(work), work);
  }

  close(): void {
    this.#dump?.[Symbol.dispose]();
    for (const table of this.#symbols) {
      table[Symbol.dispose]?.();
    }
    this.#dump = null;
    this.#symbols = [];
    this.#verdict = null;
  }
}
