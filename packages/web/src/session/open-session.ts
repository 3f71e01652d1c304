import type { Dump, Kernel, Plugin, StepGuard, Verdict } from '@vmcorekit/core';
import { VmcorekitError } from '@vmcorekit/core';
import {
  createToolkit,
  type DriveOptions,
  type SearchOptions,
  type Toolkit,
} from '@vmcorekit/engine';
import { defaultPlugins } from 'vmcorekit/plugins';

/** A step of a plug-in that takes longer hangs: the page then ends the worker. */
const stepLimitInMilliseconds = 10_000;

export interface SessionOptions {
  readonly guard: StepGuard;
  /** The user's own, after those that come with vmcorekit. */
  readonly plugins?: readonly Plugin[];
}

/** One open dump, its verdict and its kernel, for the answers to every call. */
export class OpenSession {
  readonly toolkit: Toolkit;
  readonly #guard: StepGuard;
  #dump: Dump | null = null;
  #verdict: Verdict | null = null;

  constructor({ guard, plugins = [] }: SessionOptions) {
    this.#guard = guard;
    this.toolkit = createToolkit([...defaultPlugins, ...plugins], {
      stepLimit: { guard, limitInMilliseconds: stepLimitInMilliseconds },
    });
  }

  /** Throws `contract` where no dump is open. */
  get dump(): Dump {
    if (this.#dump === null) {
      throw new VmcorekitError('contract', { what: 'no dump is open' });
    }
    return this.#dump;
  }

  /** Takes over a dump, and closes the one before. */
  take(dump: Dump): void {
    this.close();
    this.#dump = dump;
  }

  /** Searches for the kernel; later answers are about this one. */
  async locate(search: SearchOptions): Promise<Verdict> {
    this.#verdict = await this.toolkit.locate(this.dump, {
      ...search,
      guard: this.#guard,
      stepTimeLimitInMilliseconds: stepLimitInMilliseconds,
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
    this.#dump = null;
    this.#verdict = null;
  }
}
