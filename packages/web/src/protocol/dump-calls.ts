import type { Confidence } from '@vmcorekit/core';
import type { JsonObject, ProbeParts } from '@vmcorekit/report';

/** What is asked of the dump as a whole. */
export interface DumpCalls {
  /** Opens the parts of one dump, in any order, or one file with those beside it. */
  open: { readonly given: OpenRequest; readonly answer: OpenedFiles };
  /** Searches for the kernel. The later calls use its answer. */
  locate: { readonly given: LocateRequest; readonly answer: LocatedKernel };
  /** The heuristics that a search can leave out, in the order in which they run. */
  heuristics: { readonly given: object; readonly answer: readonly HeuristicEntry[] };
  /** The answer of `info`. */
  info: { readonly given: object; readonly answer: TextAndJson };
}

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
  /** The size and what kind of dump it is, in the command's words. */
  readonly sizeText: string;
  readonly kindText: string;
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
  /** The full text in parts, with what it links to. */
  readonly parts: ProbeParts;
  readonly confidence: Confidence;
  /** Whether there is a kernel whose memory can be read. */
  readonly isReadable: boolean;
}

export interface HeuristicEntry {
  readonly name: string;
  readonly summary: string;
}

/** An answer for people and for programs. */
export interface TextAndJson {
  readonly text: string;
  readonly json: JsonObject;
}
