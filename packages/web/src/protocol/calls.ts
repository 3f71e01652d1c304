import type { ByteState, Confidence } from '@vmcorekit/core';
import type { JsonObject } from '@vmcorekit/report';

/**
 * What the page asks of the worker. All of it is plain data, which the browser clones. An answer is
 * JSON as the command prints it, or text as the command shows it, so that both say the same.
 */
export interface Calls {
  /** Opens the parts of one dump, in any order, or one file with those beside it. */
  open: { readonly given: OpenRequest; readonly answer: OpenedFiles };
  /** Searches for the kernel. The later calls use its answer. */
  locate: { readonly given: LocateRequest; readonly answer: LocatedKernel };
  /** The answer of `info`. */
  info: { readonly given: object; readonly answer: TextAndJson };
  analyzers: { readonly given: object; readonly answer: readonly AnalyzerEntry[] };
  analyze: { readonly given: AnalyzeRequest; readonly answer: Analysis };
  read: { readonly given: ReadRequest; readonly answer: MemoryWindow };
  /** The address that a text names: a number, a symbol, or a symbol with an offset. */
  place: { readonly given: { readonly text: string }; readonly answer: Place };
  /** The page-table walk of an address. */
  translate: { readonly given: { readonly address: bigint }; readonly answer: TextAndJson };
}

export type CallName = keyof Calls;

export interface OpenRequest {
  readonly files: readonly File[];
  /** The format to open them with, whatever they look like. */
  readonly format?: string;
  /** The file of a container to open. */
  readonly entry?: string;
}

export interface OpenedFiles {
  readonly files: readonly string[];
  readonly sizeInBytes: number;
  /** The dump as every answer begins: format, container, architecture, page size. */
  readonly dump: JsonObject;
  /** Where its memory lies, ascending. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly wordSizeInBits: 32 | 64;
}

export interface LocateRequest {
  /** Heuristics to leave out. */
  readonly skip?: readonly string[];
  /** Run every heuristic, also when the answer is certain. */
  readonly all?: boolean;
}

export interface LocatedKernel {
  /** The answer of `probe --json`. */
  readonly json: JsonObject;
  /** What `probe` prints, in short and in full. */
  readonly text: string;
  readonly fullText: string;
  readonly confidence: Confidence;
  /** Whether there is a kernel whose memory can be read. */
  readonly isReadable: boolean;
}

/** An answer for people and for programs. */
export interface TextAndJson {
  readonly text: string;
  readonly json: JsonObject;
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

export type Space = 'physical' | 'virtual';

export interface ReadRequest {
  readonly space: Space;
  readonly address: bigint;
  /** At most 64 KiB. */
  readonly lengthInBytes: number;
}

/** Stretches of memory, ascending and without gaps. */
export interface MemoryWindow {
  readonly address: bigint;
  readonly stretches: readonly MemoryStretch[];
}

export interface MemoryStretch {
  readonly address: bigint;
  readonly lengthInBytes: number;
  readonly state: ByteState | 'unmapped';
  /** Null where nothing can be read; `because` then says why. */
  readonly bytes: Uint8Array | null;
  readonly because: string | null;
}

export interface Place {
  readonly address: bigint;
  readonly space: Space;
}
