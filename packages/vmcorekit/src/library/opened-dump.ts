import type {
  Analyzer,
  Architecture,
  Cpu,
  Damage,
  DigestedContent,
  Dump,
  DumpImage,
  HeaderValue,
  Kernel,
  KernelLayout,
  OptionSpecs,
  OptionValue,
  ReadStatistics,
  Report,
  VmcoreInfo,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Comparison, Toolkit, Verification } from '@vmcorekit/engine';
import { type Displayable, displayable, reportBundle, type WrittenDump } from '@vmcorekit/report';
import type { AnalyzeOptions, AnalyzerData } from './analyzing.ts';
import {
  type DescribeOptions,
  type Description,
  describeDump,
} from './describing/describe-dump.ts';
import { dumpFields } from './dump-fields.ts';
import { DumpSession, type Opening } from './dump-session.ts';
import { type FindOptions, type Found, findIn, type Wanted } from './finding/find.ts';
import type { LocateOptions, LocateResult } from './locating.ts';
import { descriptionBundle, verdictBundle } from './notebook-views.ts';
import {
  type ChangedDump,
  changeInPlace,
  type RepairedDump,
  type RepairInPlaceOptions,
  type RepairOptions,
  restore,
  writeRepaired,
} from './repairing/repair.ts';
import { type VerifyOptions, verifyInThreads } from './verifying/verify-in-threads.ts';
import type { WorkOptions } from './work-options.ts';
import { type ConvertOptions, type DumpOutput, writeConverted } from './writing/convert.ts';

/**
 * A dump that `open` opened, and what you can do with it. Close it when done, or open it with
 * `using`. Long work takes a signal and reports its progress. Closing ends work under way. After
 * that, every method and `image` throws `contract`; all other fields can still be read.
 */
export class OpenedDump implements Dump {
  declare readonly files: readonly string[];
  declare readonly filesBeside: readonly string[];
  declare readonly container: string | null;
  declare readonly containers: readonly string[];
  declare readonly containerHeader: ReadonlyMap<string, HeaderValue>;
  declare readonly statedDigests?: readonly DigestedContent[];
  declare readonly containerOrigins: NonNullable<Dump['containerOrigins']>;
  declare readonly image: DumpImage;
  declare readonly damage: readonly Damage[];
  declare readonly architecture: Architecture | null;
  declare readonly layout: KernelLayout | null;
  declare readonly cpus: readonly Cpu[];
  declare readonly wider?: NonNullable<Dump['wider']>;
  declare readonly memoryLayouts?: NonNullable<Dump['memoryLayouts']>;
  declare readonly placedBy?: NonNullable<Dump['placedBy']>;
  declare readonly readAs?: NonNullable<Dump['readAs']>;
  declare readonly vmcoreinfo: VmcoreInfo | null;
  declare readonly statistics: ReadStatistics;
  declare readonly sourceFailure: VmcorekitError | null;
  /** The plug-ins that opened it, for work that this class has no method for. */
  readonly toolkit: Toolkit;
  readonly #session: DumpSession;
  readonly [Symbol.dispose]: () => void = () => this.close();

  constructor(toolkit: Toolkit, dump: Dump, opening: Opening) {
    this.toolkit = toolkit;
    this.#session = new DumpSession(toolkit, dump, opening);
    Object.defineProperties(
      this,
      dumpFields(dump, () => this.#session.dump.image),
    );
  }

  get isClosed(): boolean {
    return this.#session.isClosed;
  }

  /**
   * Searches for the kernel and opens it. If there is none, it does not throw: `reason` and
   * `explanation` say why. The other methods use the last answer. Throws `unknown-name` for an
   * unknown heuristic, and what reading symbol files throws.
   */
  async locate(options: LocateOptions = {}): Promise<LocateResult & Displayable> {
    const found = await this.#session.locate(options);
    return displayable(found, () => verdictBundle(this.#session.dump, found.verdict));
  }

  /**
   * The kernel, searched for once. Throws `no-kernel`, with the verdict's explanation, if there is
   * none, if nothing maps its memory, or if `locate` was given one that nothing supports. Also
   * throws what a read of the files threw. `locate` answers without throwing.
   */
  async kernel(options: WorkOptions = {}): Promise<Kernel> {
    return await this.#session.kernel(options);
  }

  /**
   * Runs an analyzer: one of the plug-ins by its name, or your own. `data` is null if it has no
   * answer in this dump. Throws `unknown-name` for an unknown analyzer or option, and
   * `plugin-failed` if the analyzer throws.
   */
  analyze<Name extends keyof AnalyzerData>(
    name: Name,
    options?: AnalyzeOptions,
  ): Promise<Report<AnalyzerData[Name]> & Displayable>;
  analyze<Data, Specs extends OptionSpecs>(
    analyzer: Analyzer<Data, Specs>,
    options?: AnalyzeOptions<Specs>,
  ): Promise<Report<Data> & Displayable>;
  analyze(name: string, options?: AnalyzeOptions): Promise<Report & Displayable>;
  async analyze(
    analyzer: Analyzer | string,
    options: AnalyzeOptions = {},
  ): Promise<Report & Displayable> {
    const { verdict } = await this.#session.locatedAsNamed(options);
    const given = (options.options ?? {}) as Readonly<Record<string, OptionValue>>;
    const report: Report = await this.toolkit.analyze(
      analyzer,
      this.#session.dump,
      verdict,
      given,
      this.#session.work(options),
    );
    return displayable(report, () => reportBundle(report));
  }

  /**
   * Finds bytes, a text or a number in physical memory, or in the kernel's. Searches for the kernel
   * once something is found; without a kernel, hits have no virtual addresses. Throws `usage` for
   * what no memory can hold; for virtual memory also what `kernel` throws.
   */
  async find(wanted: Wanted, options: FindOptions = {}): Promise<Found> {
    const work = this.#session.work(options);
    const { space = 'physical', workers = 1 } = options;
    return await findIn(this.toolkit, this.#session.dump, wanted, {
      ...options,
      ...work,
      kernel: space === 'virtual' ? await this.kernel(work) : null,
      kernelFor: async () => (await this.#session.located(work)).kernel,
      workers: this.#session.canShare ? workers : 1,
    });
  }

  /**
   * What the kernel says of its machine, each fact with its source, and the provenance of the
   * report. Also answers if there is no kernel. Throws `no-kernel` if `locate` was given one that
   * nothing supports, and `io` if a file to hash cannot be read.
   */
  async describe(options: DescribeOptions = {}): Promise<Description & Displayable> {
    const { verdict } = await this.#session.locatedAsNamed(options);
    const work = { ...options, ...this.#session.work(options) };
    const { dump } = this.#session;
    const description = await describeDump(this.toolkit, dump, verdict, work);
    return displayable(description, () => descriptionBundle({ dump, ...description }));
  }

  /** Reads everything that the dump holds, and counts what is damaged. */
  async verify(options: VerifyOptions = {}): Promise<Verification> {
    const workers = this.#session.canShare ? (options.workers ?? 1) : 1;
    return await verifyInThreads(
      this.toolkit,
      this.#session.dump,
      workers,
      this.#session.work(options),
    );
  }

  /** Compares memory, notes and CPUs with another dump's, page by page. Formats may differ. */
  async compare(other: Dump, options: WorkOptions = {}): Promise<Comparison> {
    return await this.toolkit.compare(this.#session.dump, other, this.#session.work(options));
  }

  /**
   * Writes the same dump to a new file, also in another format. Throws `unknown-name` and
   * `unsupported` for a kind that cannot be written, `usage` for options that it does not support,
   * and `io`.
   */
  async convert(output: DumpOutput, options: ConvertOptions = {}): Promise<WrittenDump> {
    const dump = this.#session.dump;
    // Only the search shows where the memory of such a file lies.
    const kernel =
      dump.memoryLayouts === undefined && dump.placedBy === undefined
        ? null
        : (await this.#session.located(options)).located;
    return await writeConverted(this.toolkit, dump, kernel, output, {
      ...options,
      ...this.#session.work(options),
    });
  }

  /**
   * Writes a new file with what the dump lacks. Its kind is `kind`, else the one that its name
   * suggests, else the dump's format, unpacked. Throws `no-kernel` and `not-certain` if the verdict
   * is not sure enough, and what `convert` throws.
   */
  async repair(output: DumpOutput, options: RepairOptions = {}): Promise<RepairedDump> {
    const found = options.mark === true ? null : await this.#session.meant(options);
    return await writeRepaired(this.toolkit, this.#session.dump, found, output, {
      ...options,
      ...this.#session.work(options),
    });
  }

  /**
   * Changes a few bytes of the dump's file, and closes the dump: open it again to see them. With
   * `dryRun` it only reports the bytes. Throws as `repair` does, and `unsupported` if the file
   * cannot be changed in place.
   */
  async repairInPlace(options: RepairInPlaceOptions = {}): Promise<ChangedDump> {
    this.#session.refuseSources();
    const found = options.mark === true ? null : await this.#session.meant(options);
    const changed = await changeInPlace(this.toolkit, this.#session.dump, found, {
      ...options,
      ...this.#session.work(options),
    });
    if (options.dryRun !== true && changed.changes.length > 0) {
      this.close();
    }
    return changed;
  }

  /**
   * Restores the bytes in an undo file of `repairInPlace`, and closes the dump. Throws `malformed`
   * for what is no undo file, `unsupported` for a dump that vmcorekit did not write last, and `io`
   * for one that was changed since.
   */
  async undoRepair(undoFile: string): Promise<void> {
    this.#session.refuseSources();
    await restore(this.toolkit, this.#session.dump, undoFile);
    this.close();
  }

  /** Ends work under way and closes the files. Closing twice does nothing. */
  close(): void {
    this.#session.close();
  }
}
