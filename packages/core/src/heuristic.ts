import type { MappedRun, TranslationRoot } from './architecture.ts';
import type { Dump } from './dump.ts';
import type { ClaimField, Finding } from './evidence.ts';
import type { KernelView } from './kernel.ts';
import type { OptionSpecs, Options } from './option.ts';
import type { Progress } from './progress.ts';
import type { SymbolTable } from './symbols.ts';

/** What a heuristic needs from a dump; the runner checks it first and says which is missing. */
export type Need =
  | 'cpu-registers'
  | 'vmcoreinfo-note'
  | 'symbol-file'
  | 'kdump-header'
  | 'paging'
  | 'kernel-layout';

/**
 * `header`: a few bytes. `pages`: some hundred pages. `scan`: in the worst case every stored page.
 */
export type Cost = 'header' | 'pages' | 'scan';

export interface HeuristicContext {
  readonly dump: Dump;
  /** Symbol files the user gave, already matched to this kernel or not yet. */
  readonly symbolFiles: readonly SymbolTable[];
  /**
   * What earlier heuristics found, for those that can save work by it. A heuristic must be right
   * without it.
   */
  readonly findings: readonly { readonly by: string; readonly finding: Finding }[];
  /** The kernel whose image a root maps, with its symbols: they are looked for once a root. */
  kernelThrough(
    root: TranslationRoot,
    runs: readonly MappedRun[],
  ): Generator<Progress, KernelView, void>;
  /**
   * Shares costly intermediate results between the heuristics and witnesses of one run: computed
   * once a key. A generator's work is resumed by whoever asks, so it counts against the asker's
   * time.
   */
  memo<Result>(
    key: string,
    compute: () => Generator<Progress, Result, void>,
  ): Generator<Progress, Result, void>;
}

/**
 * Looks at a dump and yields findings; never decides. A synchronous generator: it is resumed step
 * by step under a time limit, and stopped (`return()`) when nobody needs it any more. Yield
 * progress at least every few milliseconds of work. It may throw `page-unreadable` and friends:
 * that ends it with a remark, and costs nothing but its own result.
 */
export interface Heuristic<Specs extends OptionSpecs = OptionSpecs> {
  /** Unique, kebab-case. */
  readonly name: string;
  readonly summary: string;
  readonly needs: readonly Need[];
  readonly cost: Cost;
  /** Fields a finding of it may hold; `origin` for who captured or wrote the dump. */
  readonly yields: readonly (ClaimField | 'origin')[];
  /** Where it looks, for people. */
  readonly looksAt: string;
  /** Architectures it knows, or 'any'. */
  readonly architectures: readonly string[] | 'any';
  /**
   * True where it, run to its end, finds every kernel there is. Where nothing outside the memory (a
   * CPU's CR3, the file's own VMCOREINFO) selects a kernel, the search stops only after such a
   * heuristic: a certain answer may not be the only one.
   */
  readonly isExhaustive?: boolean;
  readonly options: Specs;
  /** `options` holds every option of the specs, checked. */
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
