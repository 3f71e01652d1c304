import { type Kernel, type Verdict, VmcorekitError } from '@vmcorekit/core';
import type { CurrentTask, ShellWord } from '@vmcorekit/shell';
import { locateKernel, unmetChoice } from '../dumps/locate-by-rules.ts';
import { Here, type HereOptions } from '../here/here.ts';

/**
 * The dump that a shell reads, its verdict and its kernel. All are opened again after work was cut
 * off in the middle: what that work kept may be half written.
 */
export class OpenShell implements Disposable {
  readonly words: readonly ShellWord[];
  readonly current: CurrentTask = { address: null, pid: null, cpu: null };
  readonly #options: HereOptions;
  #here: Here;
  #verdict: Verdict;
  #kernel: Kernel | null;

  private constructor(options: HereOptions, words: readonly ShellWord[], opened: Opened) {
    this.words = words;
    this.#options = options;
    this.#here = opened.here;
    this.#verdict = opened.verdict;
    this.#kernel = opened.kernel;
  }

  /** Opens the dump and searches for its kernel. Throws as both do. */
  static async open(options: HereOptions, words: readonly ShellWord[]): Promise<OpenShell> {
    return new OpenShell(options, words, await openAndLocate(options));
  }

  get here(): Here {
    return this.#here;
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** Throws `no-kernel` if there is none, or nothing maps it. */
  get kernel(): Kernel {
    if (this.#kernel === null) {
      const [file = ''] = this.#here.dump.files;
      const because =
        this.#verdict.kernel === null
          ? this.#verdict.explanation
          : 'a kernel was found, but no page tables that map it';
      throw new VmcorekitError('no-kernel', { file, because });
    }
    return this.#kernel;
  }

  /** Closes the dump and opens it again. */
  async reopen(): Promise<void> {
    this.#here[Symbol.dispose]();
    const opened = await openAndLocate(this.#options);
    this.#here = opened.here;
    this.#verdict = opened.verdict;
    this.#kernel = opened.kernel;
  }

  [Symbol.dispose](): void {
    this.#here[Symbol.dispose]();
  }
}

interface Opened {
  readonly here: Here;
  readonly verdict: Verdict;
  readonly kernel: Kernel | null;
}

async function openAndLocate(options: HereOptions): Promise<Opened> {
  const here = await Here.open(options);
  try {
    const { io, global, composition, search } = options;
    const world = { io, global, here, ...composition };
    const verdict = await locateKernel(world, here.dump, {});
    const because = unmetChoice(here.dump, search, verdict);
    if (because !== undefined) {
      throw new VmcorekitError('no-kernel', { file: here.dump.files[0] ?? '', because });
    }
    return { here, verdict, kernel: await composition.toolkit.openKernel(here.dump, verdict) };
  } catch (error) {
    here[Symbol.dispose]();
    throw error;
  }
}
