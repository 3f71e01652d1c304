import type { MappedRun, TranslationRoot } from './architecture.ts';
import type { Dump } from './dump.ts';
import type { ClaimField, Finding } from './evidence.ts';
import type { KernelView } from './kernel.ts';
import type { OptionSpecs, Options } from './option.ts';
import type { Progress } from './progress.ts';
import type { SymbolTable } from './symbols.ts';

/** What a heuristic needs from a dump. The runner checks it first and reports what is missing. */
export type Need =
  | 'cpu-registers'
  | 'vmcoreinfo-note'
  | 'symbol-file'
  | 'kdump-header'
  | 'paging'
  | 'kernel-layout';

/**
 * The cost of a heuristic. `header`: a few bytes. `pages`: some hundred pages. `scan`: in the worst
 * case every stored page.
 */
export type Cost = 'header' | 'pages' | 'scan';

export interface HeuristicContext {
  readonly dump: Dump;
  /** Symbol files that the user gave. Some may not match this kernel. */
  readonly symbolFiles: readonly SymbolTable[];
  /**
   * What earlier heuristics found, for those that can save work with it. A heuristic must be right
   * without it.
   */
  readonly findings: readonly { readonly by: string; readonly finding: Finding }[];
  /**
   * The kernel whose image a root maps, with its symbols. Symbols are searched once for each root.
   */
  kernelThrough(
    root: TranslationRoot,
    runs: readonly MappedRun[],
  ): Generator<Progress, KernelView, void>;
  /**
   * True where every search of all memory will run: as asked, or because nothing outside the memory
   * selects a kernel. Then searches may go through memory side by side.
   */
  readonly runsAllSearches?: boolean;
  /**
   * Shares costly intermediate results between the heuristics and witnesses of one run: each key is
   * computed once. Each caller resumes a generator's work where the last one left it, so the time
   * counts against the caller.
   */
  memo<Result>(
    key: string,
    compute: () => Generator<Progress, Result, void>,
  ): Generator<Progress, Result, void>;
}

/**
 * Looks at a dump and yields findings; never decides. A synchronous generator: the engine resumes
 * it step by step under a time limit, and stops it (`return()`) when no one needs more. Yield
 * progress at least every few milliseconds of work. It may throw `page-unreadable` and similar
 * errors. Such an error ends the heuristic with a remark, and costs only its own result.
 */
export interface Heuristic<Specs extends OptionSpecs = OptionSpecs> {
  /** Unique, kebab-case. */
  readonly name: string;
  readonly summary: string;
  readonly needs: readonly Need[];
  readonly cost: Cost;
  /**
   * Fields that its findings may hold; `origin` for those about the capturer or the writer of the
   * dump.
   */
  readonly yields: readonly (ClaimField | 'origin')[];
  /** Where it looks, for people. */
  readonly looksAt: string;
  /** Architectures it knows, or 'any'. */
  readonly architectures: readonly string[] | 'any';
  /**
   * True where a complete run finds every kernel in the dump. Where nothing outside the memory (a
   * CPU's CR3, the file's own VMCOREINFO) selects a kernel, the search stops only after such a
   * heuristic. Until then, a certain answer may not be the only one.
   */
  readonly isExhaustive?: boolean;
  readonly options: Specs;
  /** `options` holds every option of the specs, already checked. */
  run(
    context: HeuristicContext,
    options: Options<Specs>,
  ): Generator<Finding | Progress, void, void>;
}

/** Gives a heuristic the types of its own options; returns it unchanged. */
export function defineHeuristic<const Specs extends OptionSpecs>(
  heuristic: Heuristic<Specs>,
): Heuristic<Specs> {
  return heuristic;
}
