import type { JsonObject } from '@vmcorekit/report';

/** What is asked of analyzers. */
export interface AnalysisCalls {
  analyzers: { readonly given: object; readonly answer: readonly AnalyzerEntry[] };
  analyze: { readonly given: AnalyzeRequest; readonly answer: Analysis };
}

/** An analyzer, and the options that a form shows. */
export interface AnalyzerEntry {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly AnalyzerOption[];
}

export interface AnalyzerOption {
  readonly name: string;
  readonly type: 'boolean' | 'integer' | 'size' | 'address' | 'string' | 'file';
  readonly summary: string;
  readonly choices?: readonly string[];
}

export interface AnalyzeRequest {
  readonly name: string;
  /** A text is read as on the command line. */
  readonly options?: Readonly<Record<string, string | boolean>>;
}

export type Cell = null | boolean | number | string | readonly string[];

export interface Analysis {
  /** The answer of `analyze --json`: the data is under `data`. */
  readonly json: JsonObject;
  /** Lines and tables for people, in the order of the report. */
  readonly text: readonly (string | TextTable)[];
  /** The same as a table for programs, where the answer is one. */
  readonly rows: Rows | null;
  readonly remarks: readonly string[];
  /** A whole SVG file, where the analyzer draws one. */
  readonly svg: string | null;
  readonly isAnswered: boolean;
}

export interface TextTable {
  readonly heads: readonly {
    readonly title: string;
    readonly kind: 'word' | 'number' | 'prose' | 'sentence';
  }[];
  readonly cells: readonly (readonly string[])[];
}

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}
