import type { AddressSpace } from './address-space.ts';
import type { Dump } from './dump.ts';
import type { OptionSpecs, Options } from './option.ts';
import type { Progress } from './progress.ts';
import type { SymbolTable } from './symbol-source.ts';
import type { Verdict } from './verdict.ts';

export interface AnalyzerContext {
  readonly dump: Dump;
  readonly verdict: Verdict;
  /** The located kernel's memory; null without a kernel. */
  readonly space: AddressSpace | null;
  /** Run-time symbols, where they could be had. */
  readonly symbols: SymbolTable | null;
}

/** What an analyzer returns: the same report for people and for programs. */
export interface Report {
  /** Lines for people. */
  readonly text: readonly string[];
  /** Plain JSON data. */
  readonly data: unknown;
  /** The same as a picture, a whole SVG file, where the analyzer draws one. Text out of a dump in it is escaped. */
  readonly svg?: string;
}

/** The users' own code over an opened, located dump. */
export interface Analyzer {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionSpecs;
  run(context: AnalyzerContext, options: Options): Generator<Progress, Report, void>;
}
