import type { Disassembler } from './disassembler.ts';
import type { Dump } from './dump.ts';
import type { Kernel } from './kernel.ts';
import type { OptionSpecs, Options } from './option.ts';
import type { Progress } from './progress.ts';
import type { ReportRows } from './report-rows.ts';
import type { ReportText } from './report-table.ts';
import type { Verdict } from './verdict.ts';

export interface AnalyzerContext {
  readonly dump: Dump;
  readonly verdict: Verdict;
  /**
   * Null where no kernel was found, or where no page tables map its memory; `verdict` says which.
   */
  readonly kernel: Kernel | null;
  /**
   * Ready to use, for an analyzer that says `needsDisassembler`. Null or left out where none reads
   * the machine code of this dump.
   */
  readonly disassembler?: Disassembler | null;
}

/** What an analyzer returns: the same report for people and for programs. */
export interface Report<Data = unknown> {
  /** Lines and tables for people. */
  readonly text: ReportText;
  /** Plain JSON data; null where this dump holds no answer. */
  readonly data: Data;
  /** The source of each part of the answer: `{ layout: 'BTF' }`. */
  readonly sources?: Readonly<Record<string, string>>;
  /**
   * What the reader should know about the answer, a sentence each. The command writes them to
   * standard error.
   */
  readonly remarks?: readonly string[];
  /** The same as a table, where the answer is one: `--csv` and `--jsonl` print it. */
  readonly rows?: ReportRows;
  /**
   * The same as a picture: a whole SVG file, where the analyzer draws one. The analyzer escapes any
   * text out of the dump.
   */
  readonly svg?: string;
}

/** The user's own code over an opened dump whose kernel was located. */
export interface Analyzer<Data = unknown, Specs extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  readonly options: Specs;
  /** Has the disassembler of the dump's machine loaded, which takes time and memory. */
  readonly needsDisassembler?: true;
  /** `options` holds every option of the specs, already checked. */
  run(context: AnalyzerContext, options: Options<Specs>): Generator<Progress, Report<Data>, void>;
}

/** Gives an analyzer the types of its own options; returns it unchanged. */
export function defineAnalyzer<Data, const Specs extends OptionSpecs>(
  analyzer: Analyzer<Data, Specs>,
): Analyzer<Data, Specs> {
  return analyzer;
}
