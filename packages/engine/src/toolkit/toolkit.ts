import {
  type AddressSpace,
  type Analyzer,
  type ByteSink,
  type ByteSource,
  type ByteStore,
  byStrength,
  type Dump,
  type DumpImage,
  type DumpWriter,
  type FileChange,
  fileHeadOf,
  type LocatedKernel,
  type OptionValue,
  type PatchOptions,
  type Plugin,
  type Report,
  resolveOptions,
  type SymbolTable,
  type Verdict,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { compareImages } from '../compare/compare.ts';
import type { Comparison } from '../compare/comparison.ts';
import { type IdentifiedSource, type IdentifyOptions, identify } from '../opening/identify.ts';
import { openIdentified } from '../opening/open-dump.ts';
import { type OpenedFile, openFile, openSource } from '../opening/open-file.ts';
import type { OpeningServices } from '../opening/opening-context.ts';
import { type DriveOptions, drive } from '../running/drive.ts';
import { guardedWork } from '../running/plugin-call.ts';
import { runAnalyzer } from '../running/run-analyzer.ts';
import type { StepLimit } from '../running/step-limit.ts';
import { viewOf } from '../search/image-windows.ts';
import { type LocateOptions, locate } from '../search/locate.ts';
import { type PageTally, tallyPages } from '../verify/page-tally.ts';
import { type Verification, verifyDump } from '../verify/verify.ts';
import { outputKindsOf, type WritableKind } from './output-kinds.ts';
import { PreferredCompressors } from './preferred-compressors.ts';
import { Registry } from './registry.ts';

export interface SearchOptions extends LocateOptions, DriveOptions {}

export interface ToolkitOptions {
  /** Ends what a plug-in does while it probes, opens, analyzes or writes, where it hangs; a search has its own guard and limits. */
  readonly stepLimit?: StepLimit;
  /** Makes an empty store for what must be unpacked to be read; without it such things are unpacked into memory. */
  readonly openScratch?: () => Promise<ByteStore>;
}

/** A composed set of plug-ins, and what can be done with them. */
export class Toolkit {
  readonly registry: Registry;
  readonly compressors: PreferredCompressors;

  readonly #stepLimit: StepLimit | undefined;
  readonly #services: OpeningServices;

  /** Throws `name-clash` where names are not unique. */
  constructor(plugins: readonly Plugin[], { stepLimit, openScratch }: ToolkitOptions = {}) {
    this.#stepLimit = stepLimit;
    this.registry = new Registry(plugins);
    this.compressors = new PreferredCompressors(this.registry.all('compressors'));
    this.#services = { compressors: this.compressors, ...(openScratch === undefined ? {} : { openScratch }) };
  }

  /** Opens a path, or an address whose scheme a source opener takes. Throws what the opener throws. */
  openSource(pathOrUrl: string): Promise<ByteSource> {
    return openSource(this.registry.all('sources'), pathOrUrl);
  }

  /** The same for a file as users name them, `FILE//ENTRY` too; with what `identify` has to know of it. */
  openFile(pathOrUrl: string): Promise<OpenedFile> {
    return openFile(this.registry.all('sources'), pathOrUrl);
  }

  /**
   * Finds the container and format of a file without opening it as a dump. Takes over the source. Throws `unknown-format`, `choose-entry`
   * for a container of several dumps, and what a container throws.
   */
  identify(source: ByteSource, options: IdentifyOptions = {}): Promise<IdentifiedSource> {
    return identify(this.registry, this.#services, source, options, this.#stepLimit);
  }

  /** Opens a dump out of one identified file, or all parts of a split one in any order. Takes them over. */
  openIdentified(parts: readonly IdentifiedSource[], options: DriveOptions = {}): Promise<Dump> {
    return openIdentified(this.registry, this.#services, parts, options, this.#stepLimit);
  }

  /** Opens a dump: one source, or all parts of a split one in any order. Takes them over, also when it throws. */
  async open(given: ByteSource | readonly ByteSource[], options: IdentifyOptions = {}): Promise<Dump> {
    const sources = 'length' in given ? given : [given];
    const parts: IdentifiedSource[] = [];
    for (const [index, source] of sources.entries()) {
      try {
        parts.push(await this.identify(source, options));
      } catch (error) {
        for (const owned of [...parts, ...sources.slice(index + 1)]) {
          owned[Symbol.dispose]();
        }
        throw error;
      }
    }
    return this.openIdentified(parts, options);
  }

  /** Reads a symbol file with the symbol source that has the strongest claim to it. Takes over the source. Throws `unknown-format`. */
  openSymbols(source: ByteSource): SymbolTable {
    try {
      const head = fileHeadOf(source);
      const sources = this.registry.all('symbolSources').filter((candidate) => candidate.probe !== undefined);
      const [match] = byStrength(
        sources.flatMap((candidate) => {
          const claim = candidate.probe?.(head);
          return claim === undefined ? [] : [{ claim, candidate }];
        }),
      );
      if (match?.candidate.open === undefined) {
        throw new VmcorekitError('unknown-format', { file: source.name, tried: sources.map((candidate) => candidate.name) });
      }
      return match.candidate.open(source);
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
  }

  /** Finds the kernels in a dump. Lets the event loop run between steps. Throws `unknown-name` for a heuristic there is not. */
  async locate(dump: Dump, options: SearchOptions = {}): Promise<Verdict> {
    for (const name of [...(options.only ?? []), ...(options.skip ?? []), ...Object.keys(options.options ?? {})]) {
      this.registry.named('heuristics', name);
    }
    const parts = {
      heuristics: this.registry.all('heuristics'),
      witnesses: this.registry.all('witnesses'),
      symbolSources: this.registry.all('symbolSources'),
    };
    return drive(locate(parts, dump, options), options);
  }

  /**
   * Runs an analyzer, a registered one by name or the caller's own, on a dump that was located before. It gets the kernel's virtual
   * memory and its symbols where they can be had. Throws `unknown-name` for an analyzer or an option there is not.
   */
  analyze(
    analyzer: Analyzer | string,
    dump: Dump,
    verdict: Verdict,
    given: Readonly<Record<string, OptionValue>> = {},
    options: DriveOptions = {},
  ): Promise<Report> {
    const chosen = typeof analyzer === 'string' ? this.registry.named('analyzers', analyzer) : analyzer;
    const resolved = resolveOptions(chosen.name, chosen.options, given);
    const work = runAnalyzer(chosen, dump, verdict, resolved, this.registry.all('symbolSources'));
    return drive(work, options, `analyzer '${chosen.name}'`, this.#stepLimit);
  }

  /** Whether two dumps hold the same memory and notes, page by page, whatever their formats. */
  compare(first: Dump, second: Dump, options: DriveOptions = {}): Promise<Comparison> {
    return drive(compareImages(first.image, second.image), options, 'comparing', this.#stepLimit);
  }

  /** Counts pages by the state the file's index says they are in; reads no page. */
  countPages({ image: { memory } }: Dump, options: DriveOptions = {}): Promise<PageTally> {
    return drive(tallyPages(memory, memory.ranges, 'index'), options, 'counting pages', this.#stepLimit);
  }

  /** Reads all that a dump holds, and counts what is damaged. `tallied` is of all its pages, where they were read elsewhere. */
  verify(dump: Dump, options: DriveOptions = {}, tallied: PageTally | null = null): Promise<Verification> {
    return drive(verifyDump(dump, tallied), options, 'verifying', this.#stepLimit);
  }

  /** What can be written: the kinds of every format that has a writer, in order of registration. */
  get outputKinds(): readonly WritableKind[] {
    return outputKindsOf(this.registry);
  }

  /**
   * Writes a dump anew with the writer of a format, by its name; into several sinks as a split dump. Throws `unknown-name` or
   * `unsupported` where there is none that can, `usage` for options that the format cannot honour, and what a sink throws.
   */
  async write(
    image: DumpImage,
    format: string,
    sink: ByteSink | readonly ByteSink[],
    options: WriteOptions = {},
    driving: DriveOptions = {},
  ): Promise<WriteReport> {
    const { writer } = this.registry.named('formats', format);
    if (options.kind !== undefined && writer !== undefined && !writer.kinds.some(({ name }) => name === options.kind)) {
      const allowed = writer.kinds.map(({ name }) => name).join(', ');
      throw new VmcorekitError('usage', { what: `a kind of ${format} file`, got: options.kind, allowed });
    }
    const isSplit = 'length' in sink;
    const canWrite = (candidate: DumpWriter | undefined): boolean =>
      candidate !== undefined && (!isSplit || 'writeSplit' in candidate);
    const context = { compressors: this.compressors };
    const work = isSplit ? writer?.writeSplit?.(image, sink, options, context) : writer?.write(image, sink, options, context);
    if (work === undefined) {
      const able = this.registry.all('formats').filter((candidate) => canWrite(candidate.writer));
      throw new VmcorekitError('unsupported', {
        what: `writing ${format}${isSplit ? ' in several files' : ''}`,
        advice: `choose one of ${able.map((candidate) => candidate.name).join(', ')}`,
      });
    }
    return drive(await work, driving, writingThrough(options), this.#stepLimit);
  }

  /**
   * The changes after which a dump's file says what the options do, as its format plans them;
   * changes nothing itself. `contents` are the dump's bytes without its container, `file` is the
   * whole file. Throws `unsupported` where the format, or this file, cannot be changed so.
   */
  planPatch(image: DumpImage, contents: ByteSource, file: ByteSource, options: PatchOptions): FileChange[] {
    const { name, writer } = this.registry.named('formats', image.format);
    if (writer?.patch === undefined) {
      throw new VmcorekitError('unsupported', { what: `changing ${name} in place`, advice: 'write a new file instead' });
    }
    return guardedWork(`format '${name}'`, () => writer.patch?.(image, contents, file, options) ?? [], this.#stepLimit);
  }

  /** A located kernel's virtual memory, or null where its page tables are not known. */
  addressSpaceOf(dump: Dump, kernel: LocatedKernel): AddressSpace | null {
    return viewOf(dump, kernel)?.space ?? null;
  }
}

/** A filter that hangs cannot be told from another, or from the writer; so all that take part are named. */
function writingThrough({ filters = [] }: WriteOptions): string {
  const names = filters.map(({ name }) => `'${name}'`).join(', ');
  return names === '' ? 'writing' : `writing, with the page filters ${names},`;
}

/** Composes plug-ins into a toolkit, in order of preference. */
export function createToolkit(plugins: readonly Plugin[], options: ToolkitOptions = {}): Toolkit {
  return new Toolkit(plugins, options);
}
