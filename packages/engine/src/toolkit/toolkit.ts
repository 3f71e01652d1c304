import {
  type Analyzer,
  type ByteSink,
  type ByteSource,
  type Dump,
  type DumpImage,
  type DumpWriter,
  type Kernel,
  type OptionSpecs,
  type Options,
  type OptionValue,
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
import { KernelViews } from '../kernel/kernel-views.ts';
import { openLocated } from '../kernel/open-located.ts';
import { type IdentifiedSource, identify } from '../opening/identify.ts';
import { openIdentified } from '../opening/open-dump.ts';
import { type DriveOptions, drive } from '../running/drive.ts';
import { runAnalyzer } from '../running/run-analyzer.ts';
import type { StepLimit } from '../running/step-limit.ts';
import { type LocateOptions, locate } from '../search/locate.ts';
import { type PageTally, tallyPages } from '../verify/page-tally.ts';
import { type Verification, verifyDump } from '../verify/verify.ts';
import { PreferredCompressors } from './preferred-compressors.ts';
import { Registry } from './registry.ts';

export interface SearchOptions extends LocateOptions, DriveOptions {}

export interface ToolkitOptions {
  /** Ends what a plug-in does while it probes, opens, analyzes or writes, where it hangs; a search has its own guard and limits. */
  readonly stepLimit?: StepLimit;
}

/** A composed set of plug-ins, and what can be done with them. */
export class Toolkit {
  readonly registry: Registry;
  readonly compressors: PreferredCompressors;

  readonly #stepLimit: StepLimit | undefined;
  readonly #views: WeakMap<Dump, KernelViews> = new WeakMap();

  /** Throws `name-clash` where names are not unique. */
  constructor(plugins: readonly Plugin[], { stepLimit }: ToolkitOptions = {}) {
    this.#stepLimit = stepLimit;
    this.registry = new Registry(plugins);
    this.compressors = new PreferredCompressors(this.registry.all('compressors'));
  }

  /** Finds the container and format of a file without opening it as a dump. Takes over the source. Throws `unknown-format`. */
  identify(source: ByteSource): Promise<IdentifiedSource> {
    return identify(this.registry, source, this.#stepLimit);
  }

  /** Opens a dump out of one identified file, or all parts of a split one in any order. Takes them over. */
  openIdentified(parts: readonly IdentifiedSource[]): Promise<Dump> {
    return openIdentified(this.registry, { compressors: this.compressors }, parts, this.#stepLimit);
  }

  /** Opens a dump: one source, or all parts of a split one in any order. Takes them over, also when it throws. */
  async open(...sources: readonly ByteSource[]): Promise<Dump> {
    const parts: IdentifiedSource[] = [];
    for (const [index, source] of sources.entries()) {
      try {
        parts.push(await this.identify(source));
      } catch (error) {
        for (const owned of [...parts, ...sources.slice(index + 1)]) {
          owned[Symbol.dispose]();
        }
        throw error;
      }
    }
    return this.openIdentified(parts);
  }

  /** Reads a symbol file with the first symbol file format that claims it. Takes over the source. Throws `unknown-format`. */
  openSymbols(source: ByteSource): SymbolTable {
    try {
      const head = new Uint8Array(Math.min(64 * 1024, source.sizeInBytes));
      source.readInto(0, head);
      const formats = this.registry.all('symbolFiles');
      const match = formats.find((candidate) => candidate.probe(head) !== undefined);
      if (match === undefined) {
        throw new VmcorekitError('unknown-format', { file: source.name, tried: formats.map((candidate) => candidate.name) });
      }
      return match.open(source);
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
      symbolCarvers: this.registry.all('symbolCarvers'),
      views: this.#viewsOf(dump),
    };
    return drive(locate(parts, dump, options), options);
  }

  /**
   * Opens the kernel that a verdict on this dump located, its symbols carved once a dump; null where there is none, or nothing maps its
   * memory.
   */
  async openKernel(dump: Dump, { kernel }: Pick<Verdict, 'kernel'>, options: DriveOptions = {}): Promise<Kernel | null> {
    const work = kernel === null ? null : openLocated(dump, kernel, this.#viewsOf(dump));
    return work === null ? null : await drive(work, options, 'opening the kernel', this.#stepLimit);
  }

  /**
   * Runs an analyzer, a registered one by name or the caller's own, on a dump that was located before. It gets the kernel opened. Throws
   * `unknown-name` for an analyzer or an option there is not.
   */
  async analyze<Data, Specs extends OptionSpecs>(
    analyzer: Analyzer<Data, Specs> | string,
    dump: Dump,
    verdict: Verdict,
    given: Readonly<Record<string, OptionValue>> = {},
    options: DriveOptions = {},
  ): Promise<Report<Data>> {
    const chosen =
      typeof analyzer === 'string' ? (this.registry.named('analyzers', analyzer) as Analyzer<Data, Specs>) : analyzer;
    const resolved = resolveOptions(chosen.name, chosen.options, given) as Options<Specs>;
    const kernel = await this.openKernel(dump, verdict, options);
    const work = runAnalyzer(chosen, { dump, verdict, kernel }, resolved);
    return await drive(work, options, `analyzer '${chosen.name}'`, this.#stepLimit);
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

  #viewsOf(dump: Dump): KernelViews {
    let views = this.#views.get(dump);
    if (views === undefined) {
      views = new KernelViews(dump, this.registry.all('symbolCarvers'));
      this.#views.set(dump, views);
    }
    return views;
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
