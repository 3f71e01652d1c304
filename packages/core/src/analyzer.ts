import type { Dump } from './dump.ts';
import type { Kernel } from './kernel.ts';
import type { OptionSpecs, Options } from './option.ts';
import type { Progress } from './progress.ts';
import type { Verdict } from './verdict.ts';

export interface AnalyzerContext {
  readonly dump: Dump;
  readonly verdict: Verdict;
  /** Null where no kernel was found, or nothing maps its memory; `verdict` says which. */
  readonly kernel: Kernel | null;
}

/** What an analyzer returns: the same report for people and for programs. */
export interface Report<Data = unknown> {
  /** Lines for people. */
  readonly text: readonly string[];
  /** Plain JSON data; null where the analyzer has no answer in this dump. */
  readonly data: Data;
  /** What the answer was read by, by part: `{ layout: 'BTF' }`. */
  readonly sources?: Readonly<Record<string, string>>;
  /**
   * What to know of the answer that is no part of it, a sentence each: the command writes them to
   * standard error.
   */
  readonly remarks?: readonly string[];
  /**
   * The same as a picture, a whole SVG file, where the analyzer draws one. Text out of a dump in it
   * is escaped.
   */
  readonly svg?: string;
}

/** The users' own code over an opened, located dump. */
export interface Analyzer<Data = unknown, Specs extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  readonly options: Specs;
  /** `options` holds every option of the specs, checked. */
  run(context: AnalyzerContext, options: Options<Specs>): Generator<Progress, Report<Data>, void>;
}

/** Gives an analyzer the types of its own options; returns it unchanged. */
export function defineAnalyzer<Data, const Specs extends OptionSpecs>(
  analyzer: Analyzer<Data, Specs>,
): Analyzer<Data, Specs> {
  return analyzer;
}
