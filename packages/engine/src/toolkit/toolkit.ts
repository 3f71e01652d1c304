// Imports each kind of work on a dump: the toolkit is the one object that does them all.
import {
  type Analyzer,
  type ByteSink,
  type ByteSource,
  type CreateHash,
  type Dump,
  type DumpImage,
  type FileChange,
  type Kernel,
  type OptionSpecs,
  type Options,
  type OptionValue,
  type PatchOptions,
  type Plugin,
  type Report,
  resolveOptions,
  type Verdict,
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
import { Opener, type ToolkitOptions } from '../opening/opener.ts';
import { type DriveOptions, drive } from '../running/drive.ts';
import { runAnalyzer } from '../running/run-analyzer.ts';
import { checkSearch } from '../search/locate-options.ts';
import { type PageTally, tallyPages } from '../verify/page-tally.ts';
import { type Verification, verifyDump } from '../verify/verify.ts';
import { KernelSearch, type SearchOptions } from './kernel-search.ts';
import { outputKindsOf, type WritableKind } from './output-kinds.ts';
import { planPatch, startWriting, writingThrough } from './writing.ts';

/** A composed set of plug-ins, and the operations on dumps that they make possible. */
export class Toolkit extends Opener {
  readonly #search: KernelSearch = new KernelSearch({
    registry: this.registry,
    architectures: this.architectures,
    kernelCache: this.kernelCache,
    stepLimit: this.stepLimit,
  });

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
    return await this.#search.locate(dump, options);
  }

  /**
   * Opens the kernel that a verdict on this dump located; its symbols are carved once for each
   * dump. Returns null where there is no kernel, or no root maps its memory. A verdict from this
   * toolkit includes the symbol files that its search proved to match the kernel.
   */
  openKernel(
    dump: Dump,
    verdict: Pick<Verdict, 'kernel'>,
    options: DriveOptions = {},
  ): Promise<Kernel | null> {
    return this.#search.openKernel(dump, verdict, options);
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
    const disassembler =
      chosen.needsDisassembler === true ? await this.disassemblers.readyFor(dump) : null;
    const work = runAnalyzer(chosen, { dump, verdict, kernel, disassembler }, resolved);
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
    const work = await startWriting(this, image, format, sink, options);
    return drive(work, driving, writingThrough(options), this.stepLimit);
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
    return planPatch(this.registry, image, contents, file, options, this.stepLimit);
  }
}

/** Composes plug-ins into a toolkit, in order of preference. */
export function createToolkit(plugins: readonly Plugin[], options: ToolkitOptions = {}): Toolkit {
  return new Toolkit(plugins, options);
}
