import type { JsonObject } from '@vmcorekit/report';

/** What is asked of analyzers. */
export interface AnalysisCalls {
  analyzers: { readonly given: object; readonly answer: readonly AnalyzerEntry[] };
  analyze: { readonly given: AnalyzeRequest; readonly answer: Analysis };
  /** What the analyzer's command prints with `--json`, as an object. */
  analysisJson: { readonly given: AnalyzeRequest; readonly answer: JsonObject };
  /** What the analyzer's command prints for programs, byte for byte. */
  exportAnalysis: { readonly given: ExportRequest; readonly answer: string };
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

/** Options of an analyzer by their names. A text is read as on the command line. */
export type GivenOptions = Readonly<Record<string, string | boolean>>;

export interface AnalyzeRequest {
  readonly name: string;
  readonly options?: GivenOptions;
}

export type ExportForm = 'csv' | 'jsonl' | 'json';

export interface ExportRequest extends AnalyzeRequest {
  readonly form: ExportForm;
  /** The rows to write, in this order; all without it. JSON is always the whole answer. */
  readonly rows?: Uint32Array;
}

export interface Analysis {
  /** For people, in the order of the report: lines, joined by line feeds, and tables. */
  readonly text: readonly (string | PackedTable)[];
  /** The same as one table for programs, where the answer is one. */
  readonly rows: PackedTable | null;
  readonly remarks: readonly string[];
  /** The source of each part of the answer. */
  readonly sources: Readonly<Record<string, string>>;
  /** A whole SVG file, where the analyzer draws one. */
  readonly svg: string | null;
  /** Where it is false, `text` says why. */
  readonly isAnswered: boolean;
}

export type ColumnKind = 'word' | 'number' | 'prose' | 'sentence';

/**
 * A table as a few long texts. The browser clones 150,000 rows of them in milliseconds, where that
 * many arrays would stall the page.
 */
export interface PackedTable {
  readonly heads: readonly { readonly title: string; readonly kind: ColumnKind }[];
  readonly rowCount: number;
  /** One for each head. */
  readonly columns: readonly PackedColumn[];
}

/** The cells of a column, one after the other. */
export interface PackedColumn {
  readonly text: string;
  /** Where each cell ends in `text`. */
  readonly ends: Uint32Array;
}
