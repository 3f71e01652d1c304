// Imports much: it is the list of what the page can ask.
import type { Dump, Kernel, Plugin, StepGuard, Verdict } from '@vmcorekit/core';
import { VmcorekitError } from '@vmcorekit/core';
import { createToolkit, type DriveOptions, type Toolkit } from '@vmcorekit/engine';
import { defaultPlugins } from 'vmcorekit/plugins';
import type { CallName, Calls } from '../protocol/calls.ts';
import { analyze, analyzersOf } from './analyze.ts';
import { infoOf } from './info.ts';
import { located } from './locate.ts';
import { openedFiles, openFiles } from './open-files.ts';
import { placeOf } from './place.ts';
import { readWindow } from './read-window.ts';
import { translate } from './translate.ts';

export { failureOf } from './failure.ts';

/** A step of a plug-in that takes longer hangs: the page then ends the worker. */
const stepLimitInMilliseconds = 10_000;

export interface SessionOptions {
  readonly guard: StepGuard;
  /** The user's own, after those that come with vmcorekit. */
  readonly plugins?: readonly Plugin[];
}

type Answers = {
  readonly [Name in CallName]: (
    given: Calls[Name]['given'],
    work: DriveOptions,
  ) => Calls[Name]['answer'] | Promise<Calls[Name]['answer']>;
};

/** One open dump, and what the page can ask of it. */
export class Session {
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

  readonly #answers: Answers = {
    open: async (given, work) => {
      this.close();
      this.#dump = await openFiles(this.toolkit, given, work);
      return openedFiles(this.#dump, given.files);
    },
    locate: async (given, work) => {
      const started = performance.now();
      const guarded = {
        ...given,
        ...work,
        guard: this.#guard,
        stepTimeLimitInMilliseconds: stepLimitInMilliseconds,
      };
      this.#verdict = await this.toolkit.locate(this.dump, guarded);
      const kernel = await this.#kernel(work);
      const milliseconds = Math.round(performance.now() - started);
      return located(this.dump, this.#verdict, milliseconds, kernel !== null);
    },
    info: (_given, work) => infoOf(this.toolkit, this.dump, work),
    analyzers: () => analyzersOf(this.toolkit),
    analyze: async (given, work) =>
      analyze(this.toolkit, this.dump, await this.#located(work), given, work),
    read: async (given, work) => readWindow(this.dump, await this.#kernel(work), given),
    place: async (given, work) => placeOf(await this.#kernel(work), given.text),
    translate: async (given, work) => translate(this.dump, await this.#kernel(work), given.address),
  };

  /** Throws `contract` where no dump is open. */
  get dump(): Dump {
    if (this.#dump === null) {
      throw new VmcorekitError('contract', { what: 'no dump is open' });
    }
    return this.#dump;
  }

  /** Answers one call. Throws what the command reports. */
  async answer<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    work: DriveOptions,
  ): Promise<Calls[Name]['answer']> {
    return await this.#answers[name](given, work);
  }

  close(): void {
    this.#dump?.[Symbol.dispose]();
    this.#dump = null;
    this.#verdict = null;
  }

  async #located(work: DriveOptions): Promise<Verdict> {
    this.#verdict ??= await this.toolkit.locate(this.dump, { ...work, guard: this.#guard });
    return this.#verdict;
  }

  async #kernel(work: DriveOptions): Promise<Kernel | null> {
    return await this.toolkit.openKernel(this.dump, await this.#located(work), work);
  }
}
