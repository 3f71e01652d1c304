import {
  type Analyzer,
  type Architecture,
  type Cpu,
  type Damage,
  type Dump,
  type DumpImage,
  isVmcorekitError,
  type Kernel,
  type KernelLayout,
  type LocatedKernel,
  type OptionSpecs,
  type OptionValue,
  type ReadStatistics,
  type Report,
  type Verdict,
  type VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Comparison, Toolkit, Verification } from '@vmcorekit/engine';
import type { WrittenDump } from '@vmcorekit/report';
import type { AnalyzeOptions, AnalyzerData } from './analyzing.ts';
import {
  type DescribeOptions,
  type Description,
  describeDump,
} from './describing/describe-dump.ts';
import { type FindOptions, type Found, findIn, type Wanted } from './finding/find.ts';
import { type LocateOptions, type LocateResult, searchOf } from './locating.ts';
import { isOtherThanNamed } from './named-kernel.ts';
import {
  type ChangedDump,
  changeInPlace,
  type RepairedDump,
  type RepairGrounds,
  type RepairInPlaceOptions,
  type RepairOptions,
  restore,
  writeRepaired,
} from './repairing/repair.ts';
import { type VerifyOptions, verifyInThreads } from './verifying/verify-in-threads.ts';
import type { WorkOptions } from './work-options.ts';
import {
  type ConvertOptions,
  type DumpOutput,
  kindAsked,
  kindFor,
  writeNewFile,
} from './writing/convert.ts';

/** How a dump came to be open. */
interface Opening {
  /** It was opened by paths, so its files can be changed and opened again. */
  readonly isOfFiles: boolean;
  readonly hasOwnPlugins: boolean;
}

/**
 * A dump that `open` opened, and what can be done with it. Close it when done, or open it with
 * `using`. Long work takes a signal and reports its progress. Closing ends work under way.
 * After that, every method and `image` throws `contract`; what the dump said of itself can still be
 * read.
 */
export class OpenedDump implements Dump {
  declare readonly files: readonly string[];
  declare readonly container: string | null;
  declare readonly image: DumpImage;
  declare readonly damage: readonly Damage[];
  declare readonly architecture: Architecture | null;
  declare readonly layout: KernelLayout | null;
  declare readonly cpus: readonly Cpu[];
  declare readonly wider?: NonNullable<Dump['wider']>;
  declare readonly vmcoreinfo: VmcoreInfo | null;
  declare readonly statistics: ReadStatistics;
  declare readonly sourceFailure: VmcorekitError | null;
  /** The plug-ins that opened it, and what else can be done with them. */
  readonly toolkit: Toolkit;
  readonly #dump: Dump;
  readonly #opening: Opening;
  readonly #closing: AbortController = new AbortController();
  #found: LocateResult | null = null;
  /** How that was searched for. */
  #foundBy: LocateOptions = {};
  readonly [Symbol.dispose]: () => void = () => this.close();

  constructor(toolkit: Toolkit, dump: Dump, opening: Opening) {
    this.toolkit = toolkit;
    this.#opening = opening;
    this.#dump = dump;
    // Own properties, so that `{ ...dump, cpus: [] }` takes them along.
    const own = (get: () => unknown): PropertyDescriptor => ({ get, enumerable: true });
    Object.defineProperties(this, {
      files: own(() => dump.files),
      container: own(() => dump.container),
      image: own(() => this.#open().image),
      damage: own(() => dump.damage),
      architecture: own(() => dump.architecture),
      layout: own(() => dump.layout),
      cpus: own(() => dump.cpus),
      // A copy does not change with the dump, so it is of the machine that it is of now.
      wider: { get: () => dump.wider },
      vmcoreinfo: own(() => dump.vmcoreinfo),
      statistics: own(() => dump.statistics),
      sourceFailure: own(() => dump.sourceFailure),
    });
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /**
   * Searches for the kernel and opens it. Never throws because there is none: `reason` and
   * `explanation` say why. The last answer is what the other methods go on with. Throws
   * `unknown-name` for a heuristic there is not, and what reading symbol files throws.
   */
  async locate(options: LocateOptions = {}): Promise<LocateResult> {
    const dump = this.#open();
    const work = this.#work(options);
    const verdict = await this.toolkit.locate(dump, {
      ...(await searchOf(this.toolkit, options)),
      ...work,
    });
    const kernel = await this.#opened(dump, verdict, work);
    const { signal: _signal, onProgress: _onProgress, ...search } = options;
    this.#foundBy = search;
    this.#found = { ...verdict, kernel, located: verdict.kernel, verdict };
    return this.#found;
  }

  /**
   * The kernel, searched for once. Throws `no-kernel`, with the verdict's explanation, if there is
   * none, if nothing maps its memory, or if `locate` was given one that nothing supports. Throws
   * what a read of the files threw. `locate` answers without throwing.
   */
  async kernel(options: WorkOptions = {}): Promise<Kernel> {
    const { kernel, located, explanation } = await this.#located(options);
    this.#refuseOther(located, explanation);
    if (kernel === null) {
      const because =
        located === null ? explanation : 'a kernel was found, but no page tables that map it';
      throw new VmcorekitError('no-kernel', { file: this.#name, because });
    }
    return kernel;
  }

  /**
   * Runs an analyzer: one of the plug-ins by its name, or your own. `data` is null where it has no
   * answer in this dump. Throws `unknown-name` for an analyzer or an option there is not,
   * `plugin-failed` where the analyzer throws.
   */
  analyze<Name extends keyof AnalyzerData>(
    name: Name,
    options?: AnalyzeOptions,
  ): Promise<Report<AnalyzerData[Name]>>;
  analyze<Data, Specs extends OptionSpecs>(
    analyzer: Analyzer<Data, Specs>,
    options?: AnalyzeOptions<Specs>,
  ): Promise<Report<Data>>;
  analyze(name: string, options?: AnalyzeOptions): Promise<Report>;
  async analyze(analyzer: Analyzer | string, options: AnalyzeOptions = {}): Promise<Report> {
    const { verdict } = await this.#located(options);
    this.#refuseOther(verdict.kernel, verdict.explanation);
    const given = (options.options ?? {}) as Readonly<Record<string, OptionValue>>;
    return await this.toolkit.analyze(analyzer, this.#open(), verdict, given, this.#work(options));
  }

  /**
   * Finds bytes, a text or a number in physical memory, or in the kernel's. Searches for the kernel
   * once something is found; without a kernel, hits have no virtual addresses. Throws `usage` for
   * what no memory can hold; for virtual memory also what `kernel` throws.
   */
  async find(wanted: Wanted, options: FindOptions = {}): Promise<Found> {
    const work = this.#work(options);
    const { space = 'physical', workers = 1 } = options;
    return await findIn(this.toolkit, this.#open(), wanted, {
      ...options,
      ...work,
      kernel: space === 'virtual' ? await this.kernel(work) : null,
      kernelFor: async () => (await this.#located(work)).kernel,
      workers: this.#canShare ? workers : 1,
    });
  }

  /**
   * What the kernel says of its machine, each fact with its source, and the provenance of the
   * report. Also answers if there is no kernel. Throws `no-kernel` if `locate` was given one that
   * nothing supports, and `io` if a file to hash cannot be read.
   */
  async describe(options: DescribeOptions = {}): Promise<Description> {
    const { verdict } = await this.#located(options);
    this.#refuseOther(verdict.kernel, verdict.explanation);
    const work = { ...options, ...this.#work(options) };
    return await describeDump(this.toolkit, this.#open(), verdict, work);
  }

  /** Reads all that the dump holds, and counts what is damaged. */
  async verify(options: VerifyOptions = {}): Promise<Verification> {
    const workers = this.#canShare ? (options.workers ?? 1) : 1;
    return await verifyInThreads(this.toolkit, this.#open(), workers, this.#work(options));
  }

  /** Whether another dump holds the same memory and notes, page by page, whatever the formats. */
  async compare(other: Dump, options: WorkOptions = {}): Promise<Comparison> {
    return await this.toolkit.compare(this.#open(), other, this.#work(options));
  }

  /**
   * Writes the same dump to a new file, or in another format. Throws `unknown-name` and
   * `unsupported` for a kind that cannot be written, `usage` for options that it cannot honour,
   * `io`.
   */
  async convert(output: DumpOutput, options: ConvertOptions = {}): Promise<WrittenDump> {
    const dump = this.#open();
    const kind = kindAsked(this.toolkit, options.kind, () => kindFor(this.toolkit, output));
    const { compression } = options;
    const write = compression === undefined ? {} : { compression };
    return await writeNewFile(this.toolkit, dump, output, kind, write, {
      ...options,
      ...this.#work(options),
    });
  }

  /**
   * Writes a new file that says what the maker of the dump should have said. Its kind is `kind`,
   * else what its name suggests, else the dump's own format, unpacked. Throws `no-kernel` and
   * `not-certain` where the verdict does not bear that, and what `convert` throws.
   */
  async repair(output: DumpOutput, options: RepairOptions = {}): Promise<RepairedDump> {
    const found = options.mark === true ? null : await this.#meant(options);
    return await writeRepaired(this.toolkit, this.#open(), found, output, {
      ...options,
      ...this.#work(options),
    });
  }

  /**
   * Changes the dump's own file, a few bytes of it, and closes the dump: open it again to see them.
   * With `dryRun` it only says which bytes. Throws as `repair` does, and `unsupported` where the
   * file cannot be changed so.
   */
  async repairInPlace(options: RepairInPlaceOptions = {}): Promise<ChangedDump> {
    this.#refuseSources();
    const found = options.mark === true ? null : await this.#meant(options);
    const changed = await changeInPlace(this.toolkit, this.#open(), found, {
      ...options,
      ...this.#work(options),
    });
    if (options.dryRun !== true && changed.changes.length > 0) {
      this.close();
    }
    return changed;
  }

  /**
   * Puts back what an undo file of `repairInPlace` says, and closes the dump. Throws `malformed`
   * for what is no undo file, `unsupported` for a dump that vmcorekit did not write last, `io` for
   * one that was changed since.
   */
  async undoRepair(undoFile: string): Promise<void> {
    this.#refuseSources();
    await restore(this.toolkit, this.#open(), undoFile);
    this.close();
  }

  /** Ends work under way and closes the files. Closing twice does nothing. */
  close(): void {
    if (!this.isClosed) {
      this.#closing.abort(this.#closed());
      this.#dump[Symbol.dispose]();
    }
  }

  get #name(): string {
    return this.files[0] ?? 'dump';
  }

  /** A thread opens the files again, and knows no plug-in of the caller's. */
  get #canShare(): boolean {
    return this.#opening.isOfFiles && !this.#opening.hasOwnPlugins;
  }

  #closed(): VmcorekitError {
    return new VmcorekitError('contract', { what: `${this.#name} was used after it was closed` });
  }

  #open(): Dump {
    if (this.isClosed) {
      throw this.#closed();
    }
    return this.#dump;
  }

  /** The name of a source may be that of some file; that file is not meant. */
  #refuseSources(): void {
    this.#open();
    if (!this.#opening.isOfFiles) {
      throw new VmcorekitError('unsupported', {
        what: `changing ${this.#name}, which was not opened by its path`,
        advice: 'write a new file instead',
      });
    }
  }

  /**
   * Null too where the file fails only now: the verdict stands, and `sourceFailure` says why it
   * cannot be read.
   */
  async #opened(dump: Dump, verdict: Verdict, work: WorkOptions): Promise<Kernel | null> {
    try {
      return await this.toolkit.openKernel(dump, verdict, work);
    } catch (error) {
      if (dump.sourceFailure === null || !isVmcorekitError(error, 'io')) {
        throw error;
      }
      return null;
    }
  }

  async #located(options: WorkOptions): Promise<LocateResult> {
    this.#open();
    const found = this.#found ?? (await this.locate(this.#work(options)));
    const { sourceFailure } = this.#open();
    if (sourceFailure !== null) {
      throw sourceFailure;
    }
    return found;
  }

  /**
   * What a repair rests on: the kernel that the caller names, with all that is known of it, if the
   * last search chose another.
   */
  async #meant({ told, ...options }: RepairGrounds & WorkOptions): Promise<LocateResult> {
    const found = await this.#located(options);
    if (told === undefined || !isOtherThanNamed(this, told, found.located)) {
      return found;
    }
    const verdict = await this.toolkit.locate(this.#open(), {
      ...(await searchOf(this.toolkit, { ...this.#foundBy, told })),
      ...this.#work(options),
    });
    return { ...verdict, kernel: null, located: verdict.kernel, verdict };
  }

  /**
   * Throws `no-kernel` if the last search was given a kernel that nothing supports: the caller does
   * not want the memory of another one.
   */
  #refuseOther(located: LocatedKernel | null, because: string): void {
    if (isOtherThanNamed(this, this.#foundBy.told, located)) {
      throw new VmcorekitError('no-kernel', { file: this.#name, because });
    }
  }

  /** Only signal and progress; closing ends the work too. */
  #work({ signal, onProgress }: WorkOptions): WorkOptions & { readonly signal: AbortSignal } {
    const closing = this.#closing.signal;
    return {
      signal: signal === undefined ? closing : AbortSignal.any([closing, signal]),
      ...(onProgress === undefined ? {} : { onProgress }),
    };
  }
}
