// Imports each kind of work on a dump: the toolkit is the one object that does them all.
import {
  type Analyzer,
  type ByteSink,
  type ByteSource,
  type CreateHash,
  type Dump,
  type DumpImage,
  type DumpWriter,
  type FileChange,
  forgetPasses,
  type Kernel,
  type LocatedKernel,
  type OptionSpecs,
  type Options,
  type OptionValue,
  type PatchOptions,
  type PhysicalAddress,
  type Plugin,
  type Report,
  resolveOptions,
  type SymbolTable,
  type Verdict,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { type SystemFacts, systemFactsOf } from '@vmcorekit/linux';
import { compareImages } from '../compare/compare.ts';
import type { Comparison } from '../compare/comparison.ts';
import { digestMemory, type MemoryDigest } from '../digest/memory-digest.ts';
import {
  type FindRequest,
  type FoundPlace,
  findInDump,
  type Matches,
  type PlacesOptions,
  placesOf,
} from '../find/index.ts';
import { KernelViews } from '../kernel/kernel-views.ts';
import { openLocated } from '../kernel/open-located.ts';
import { Opener, type ToolkitOptions } from '../opening/opener.ts';
import { type DriveOptions, drive } from '../running/drive.ts';
import { guardedWork } from '../running/plugin-call.ts';
import { runAnalyzer } from '../running/run-analyzer.ts';
import { locate } from '../search/locate.ts';
import { checkSearch, type LocateOptions } from '../search/locate-options.ts';
import { searchAsShown } from '../search/search-as-shown.ts';
import { searchLayouts } from '../search/search-layouts.ts';
import { searchPlaced } from '../search/search-placed.ts';
import { type PageTally, tallyPages } from '../verify/page-tally.ts';
import { type Verification, verifyDump } from '../verify/verify.ts';
import { outputKindsOf, type WritableKind } from './output-kinds.ts';

export interface SearchOptions extends LocateOptions, DriveOptions {}

/** A composed set of plug-ins, and the operations on dumps that they make possible. */
export class Toolkit extends Opener {
  readonly #views: WeakMap<Dump, KernelViews> = new WeakMap();
  /** The symbol files that a search proved to match the kernel it located. */
  readonly #symbolFiles: WeakMap<LocatedKernel, readonly SymbolTable[]> = new WeakMap();
  /** Where the search for a located kernel met notes of VMCOREINFO. */
  readonly #vmcoreInfoPlaces: WeakMap<LocatedKernel, readonly PhysicalAddress[]> = new WeakMap();

  /**
   * Finds the kernels in a dump. Lets the event loop run between steps. Throws `unknown-name` for
   * an unknown heuristic or option, and `usage` for values that are not allowed.
   */
  async locate(dump: Dump, options: SearchOptions = {}): Promise<Verdict> {
    checkSearch(options);
    for (const name of [...(options.only ?? []), ...(options.skip ?? [])]) {
      this.registry.named('heuristics', name);
    }
    for (const [name, given] of Object.entries(options.options ?? {})) {
      resolveOptions(name, this.registry.named('heuristics', name).options, given);
    }
    // A program may search again because memory changed.
    for (const { image } of [dump, ...(dump.memoryLayouts ?? []).map((other) => other.dump)]) {
      forgetPasses(image.memory);
    }
    const verdict =
      (await this.#locateInLayouts(dump, options)) ??
      (await this.#locateOnWider(dump, options)) ??
      (await this.#locateAsShown(
        dump,
        await this.#search(dump, this.#viewsOf(dump), options),
        options,
      ));
    return await this.#locatePlaced(dump, verdict, options);
  }

  /** The verdict with memory placed whose address only the kernel says. */
  async #locatePlaced(dump: Dump, first: Verdict, options: SearchOptions): Promise<Verdict> {
    const parts = {
      search: (other: Dump, within: SearchOptions) =>
        this.#search(other, this.#viewsOf(other), within),
      openKernel: (other: Dump, verdict: Verdict) => this.openKernel(other, verdict, options),
    };
    const found = await searchPlaced(dump, first, parts, options);
    if (found?.taken != null) {
      found.taken.take();
      this.#views.set(dump, this.#viewsOf(found.taken.dump));
    }
    return found?.verdict ?? first;
  }

  /**
   * The verdict on a dump that does not say where its memory lies. Null for all others, and where
   * only heuristics run that read no memory to speak of.
   */
  async #locateInLayouts(dump: Dump, options: SearchOptions): Promise<Verdict | null> {
    const { only } = options;
    const readsMemory =
      only === undefined ||
      only.some((name) => this.registry.named('heuristics', name).cost !== 'header');
    if (!readsMemory) {
      return null;
    }
    const layouts = this.registry.all('kernelLayouts');
    const found = await searchLayouts(
      dump,
      {
        architectures: this.architectures,
        layouts,
        search: (other, within) => this.#search(other, this.#viewsOf(other), within),
        openKernel: (other, verdict) => this.openKernel(other, verdict, options),
      },
      options,
    );
    if (found?.taken != null) {
      found.taken.take();
      this.#views.set(dump, this.#viewsOf(found.taken.dump));
    }
    return found?.verdict ?? null;
  }

  /** The verdict on the machine that memory shows, where the file's own has no kernel. */
  async #locateAsShown(dump: Dump, first: Verdict, options: SearchOptions): Promise<Verdict> {
    const views = new Map<Dump, KernelViews>();
    const search = (other: Dump, within: SearchOptions): Promise<Verdict> => {
      const viewsOfOther = this.#newViews(other);
      views.set(other, viewsOfOther);
      return this.#search(other, viewsOfOther, within);
    };
    const layouts = this.registry.all('kernelLayouts');
    const parts = { architectures: this.architectures, layouts, search };
    const shown = await searchAsShown(dump, first, parts, options);
    const taken = shown?.machine ?? null;
    const takenViews = taken === null ? undefined : views.get(taken.dump);
    if (taken !== null && takenViews !== undefined) {
      taken.take();
      this.#views.set(dump, takenViews);
    }
    return shown?.verdict ?? first;
  }

  /**
   * The verdict on the 64-bit machine that the dump may be from. Null where no such machine is
   * possible, or nothing speaks for a kernel of one.
   */
  async #locateOnWider(dump: Dump, options: SearchOptions): Promise<Verdict | null> {
    const { wider } = dump;
    // Once a kernel of the wider machine was found, the dump is of that machine.
    if (wider === undefined || dump.architecture?.name === wider.dump.architecture?.name) {
      return null;
    }
    const views = this.#newViews(wider.dump);
    const verdict = await this.#search(wider.dump, views, options);
    if (verdict.kernel !== null || verdict.reason === 'ambiguous') {
      wider.take();
      this.#views.set(dump, views);
    }
    return verdict.reason === 'no-kernel' ? null : verdict;
  }

  async #search(dump: Dump, views: KernelViews, options: SearchOptions): Promise<Verdict> {
    const parts = {
      heuristics: this.registry.all('heuristics'),
      witnesses: this.registry.all('witnesses'),
      symbolCarvers: this.registry.all('symbolCarvers'),
      views,
    };
    const verdict = await drive(locate(parts, dump, options), options);
    if (verdict.kernel !== null) {
      const files =
        options.symbolFiles?.filter(({ from }) => verdict.matchedSymbols.includes(from)) ?? [];
      this.#symbolFiles.set(verdict.kernel, files);
      this.#vmcoreInfoPlaces.set(verdict.kernel, vmcoreInfoPlacesIn(verdict));
    }
    return verdict;
  }

  /**
   * Opens the kernel that a verdict on this dump located; its symbols are carved once for each
   * dump. Returns null where there is no kernel, or no root maps its memory. A verdict from this
   * toolkit includes the symbol files that its search proved to match the kernel.
   */
  async openKernel(
    dump: Dump,
    { kernel }: Pick<Verdict, 'kernel'>,
    options: DriveOptions = {},
  ): Promise<Kernel | null> {
    const work =
      kernel === null
        ? null
        : openLocated(dump, kernel, this.#viewsOf(dump), {
            symbolFiles: this.#symbolFiles.get(kernel) ?? [],
            unwinders: this.registry.all('unwinders'),
            cache: this.kernelCache,
            vmcoreInfoPlaces: this.#vmcoreInfoPlaces.get(kernel) ?? [],
          });
    return work === null ? null : await drive(work, options, 'opening the kernel', this.stepLimit);
  }

  /**
   * Runs an analyzer, by its registered name or the caller's own, on a dump that was located
   * before. The analyzer gets the opened kernel. Throws `unknown-name` for an unknown analyzer or
   * option.
   */
  async analyze<Data, Specs extends OptionSpecs>(
    analyzer: Analyzer<Data, Specs> | string,
    dump: Dump,
    verdict: Verdict,
    given: Readonly<Record<string, OptionValue>> = {},
    options: DriveOptions = {},
  ): Promise<Report<Data>> {
    const chosen =
      typeof analyzer === 'string'
        ? (this.registry.named('analyzers', analyzer) as Analyzer<Data, Specs>)
        : analyzer;
    const resolved = resolveOptions(chosen.name, chosen.options, given) as Options<Specs>;
    const kernel = await this.openKernel(dump, verdict, options);
    const work = runAnalyzer(chosen, { dump, verdict, kernel }, resolved);
    return await drive(work, options, `analyzer '${chosen.name}'`, this.stepLimit);
  }

  /**
   * What a dump says of its machine and of the kernel that a verdict located in it: host name,
   * uptime, load, command line, … Answers also where no kernel was found, with what the file says.
   */
  async describe(
    dump: Dump,
    verdict: Pick<Verdict, 'kernel'>,
    options: DriveOptions = {},
  ): Promise<SystemFacts> {
    const kernel = await this.openKernel(dump, verdict, options);
    const work = systemFactsOf(dump, verdict.kernel, kernel);
    return await drive(work, options, 'describing', this.stepLimit);
  }

  /** Hashes all memory that a dump holds: the digest is the same in every format. */
  digestMemory(
    { image }: Dump,
    createHash: CreateHash,
    options: DriveOptions = {},
  ): Promise<MemoryDigest> {
    const work = digestMemory(image.memory, createHash);
    return drive(work, options, 'hashing memory', this.stepLimit);
  }

  /** Whether two dumps hold the same memory, notes and CPUs, page by page, in any formats. */
  compare(first: Dump, second: Dump, options: DriveOptions = {}): Promise<Comparison> {
    const work = compareImages(first.image, second.image, [first.cpus, second.cpus]);
    return drive(work, options, 'comparing', this.stepLimit);
  }

  /** Finds bytes, a text or a number in physical memory, or in virtual memory through a root. */
  find(dump: Dump, request: FindRequest, options: DriveOptions = {}): Promise<Matches> {
    return drive(findInDump(dump, request), options, 'searching', this.stepLimit);
  }

  /** Where matches lie in physical memory, in a kernel's memory and in the file. */
  placesOf(
    dump: Dump,
    matches: Pick<Matches, 'addresses'>,
    places: PlacesOptions,
    options: DriveOptions = {},
  ): Promise<FoundPlace[]> {
    return drive(placesOf(dump, matches, places), options, 'looking up hits', this.stepLimit);
  }

  /** Counts pages by the state that the file's index gives; reads no page. */
  countPages({ image: { memory } }: Dump, options: DriveOptions = {}): Promise<PageTally> {
    return drive(
      tallyPages(memory, memory.ranges, 'index'),
      options,
      'counting pages',
      this.stepLimit,
    );
  }

  /**
   * Reads everything that a dump holds, counts the damage, and compares the digests that containers
   * state. `tallied` covers all its pages, where the caller already read them.
   */
  verify(
    dump: Dump,
    options: DriveOptions = {},
    tallied: PageTally | null = null,
  ): Promise<Verification> {
    return drive(verifyDump(dump, tallied, this.hashNamed), options, 'verifying', this.stepLimit);
  }

  /**
   * The kinds of file that can be written, for every format with a writer, in order of
   * registration.
   */
  get outputKinds(): readonly WritableKind[] {
    return outputKindsOf(this.registry);
  }

  /**
   * Writes a dump to a new file with the writer of a named format; to several sinks as a split
   * dump. Throws `unknown-name` or `unsupported` where no writer can, or no file could say what the
   * page tables mean; `usage` for options that the format cannot honour, and what a sink throws.
   */
  async write(
    image: DumpImage,
    format: string,
    sink: ByteSink | readonly ByteSink[],
    options: WriteOptions = {},
    driving: DriveOptions = {},
  ): Promise<WriteReport> {
    const { writer } = this.registry.named('formats', format);
    if (image.tableFrames !== undefined) {
      const { name, insteadOfCopy } = image.tableFrames;
      throw new VmcorekitError('unsupported', {
        what: `writing page tables that hold ${name}s, which other tools would misread`,
        advice: insteadOfCopy,
      });
    }
    if (
      options.kind !== undefined &&
      writer !== undefined &&
      !writer.kinds.some(({ name }) => name === options.kind)
    ) {
      const allowed = writer.kinds.map(({ name }) => name).join(', ');
      throw new VmcorekitError('usage', {
        what: `a kind of ${format} file`,
        got: options.kind,
        allowed,
      });
    }
    const isSplit = 'length' in sink;
    const canWrite = (candidate: DumpWriter | undefined): boolean =>
      candidate !== undefined && (!isSplit || 'writeSplit' in candidate);
    const { architectures, compressors } = this;
    const context = { architectures, compressors };
    const work = isSplit
      ? writer?.writeSplit?.(image, sink, options, context)
      : writer?.write(image, sink, options, context);
    if (work === undefined) {
      const able = this.registry.all('formats').filter((candidate) => canWrite(candidate.writer));
      throw new VmcorekitError('unsupported', {
        what: `writing ${format}${isSplit ? ' in several files' : ''}`,
        advice: `choose one of ${able.map((candidate) => candidate.name).join(', ')}`,
      });
    }
    return drive(await work, driving, writingThrough(options), this.stepLimit);
  }

  /**
   * The changes that make a dump's file say what the options ask for, as its format plans them;
   * changes nothing itself. `contents` is the dump without its container, `file` the whole file.
   * Throws `unsupported` where the format, or this file, cannot be changed this way.
   */
  planPatch(
    image: DumpImage,
    contents: ByteSource,
    file: ByteSource,
    options: PatchOptions,
  ): FileChange[] {
    const { name, writer } = this.registry.named('formats', image.format);
    if (writer?.patch === undefined) {
      throw new VmcorekitError('unsupported', {
        what: `changing ${name} in place`,
        advice: 'write a new file instead',
      });
    }
    return guardedWork(
      `format '${name}'`,
      () => writer.patch?.(image, contents, file, options) ?? [],
      this.stepLimit,
    );
  }

  #viewsOf(dump: Dump): KernelViews {
    let views = this.#views.get(dump);
    if (views === undefined) {
      views = this.#newViews(dump);
      this.#views.set(dump, views);
    }
    return views;
  }

  #newViews(dump: Dump): KernelViews {
    return new KernelViews(dump, this.registry.all('symbolCarvers'), this.kernelCache);
  }
}

/** The physical addresses that the evidence of VMCOREINFO names, whatever kernel it is for. */
function vmcoreInfoPlacesIn({ evidence: rows }: Verdict): readonly PhysicalAddress[] {
  return rows
    .filter(({ evidence }) => evidence === 'vmcoreinfo')
    .flatMap(({ at }) => at.flatMap(({ physicalAddress }) => physicalAddress ?? []));
}

/**
 * A filter that hangs looks like any other, or like the writer. So all that take part are named.
 */
function writingThrough({ filters = [] }: WriteOptions): string {
  const names = filters.map(({ name }) => `'${name}'`).join(', ');
  return names === '' ? 'writing' : `writing, with the page filters ${names},`;
}

/** Composes plug-ins into a toolkit, in order of preference. */
export function createToolkit(plugins: readonly Plugin[], options: ToolkitOptions = {}): Toolkit {
  return new Toolkit(plugins, options);
}
