import type { Pinned } from '@vmcorekit/browser';
import type { Confidence } from '@vmcorekit/core';
import type { DescribeParts, InfoParts, JsonObject, ProbeParts } from '@vmcorekit/report';

/** What is asked of the dump as a whole. */
export interface DumpCalls {
  /** Opens one dump of the files, in any order: its parts, those read beside it, and symbols. */
  open: { readonly given: OpenRequest; readonly answer: OpenedFiles };
  /** Says how much other workers have fetched by now of what may be fetched. */
  fetchedElsewhere: {
    readonly given: { readonly elsewhereInBytes: number };
    readonly answer: null;
  };
  /** Searches for the kernel. The later calls use its answer. */
  locate: { readonly given: LocateRequest; readonly answer: LocatedKernel };
  /** The heuristics that a search can leave out, in the order in which they run. */
  heuristics: { readonly given: object; readonly answer: readonly HeuristicEntry[] };
  /** The answer of `info`. */
  info: { readonly given: object; readonly answer: TextAndJson & { readonly parts: InfoParts } };
  /** The answer of `describe`, without provenance: a page knows no paths. */
  describe: {
    readonly given: object;
    readonly answer: TextAndJson & { readonly parts: DescribeParts };
  };
  /** The CPUs of the dump, with what each runs. */
  cpus: { readonly given: object; readonly answer: readonly CpuEntry[] };
}

export interface OpenRequest {
  readonly files: readonly File[];
  /** A file on a server, of the same dump. The user has agreed that it is fetched. */
  readonly address?: AddressRequest;
  /** The format to open them with, whatever they look like. */
  readonly format?: string;
  /** The file of a container to open. */
  readonly entry?: string;
}

export interface AddressRequest {
  /** May hold secrets: it is sent to its server, and stands in no text. */
  readonly url: string;
  readonly maxTransferInBytes: number;
  /** How much of that was fetched by other workers already. */
  readonly elsewhereInBytes?: number;
  /** The version that another worker reads: this one refuses any other. */
  readonly pinned?: Pinned;
}

export interface OpenedFiles {
  readonly files: readonly string[];
  /** Files with symbols, which the search uses. */
  readonly symbolFiles: readonly string[];
  /** Files that are neither dump nor symbols, and are not read beside the dump. */
  readonly passedOver: readonly PassedOver[];
  readonly sizeInBytes: number;
  /** The size and what kind of dump it is, in the command's words. */
  readonly sizeText: string;
  readonly kindText: string;
  /** The dump as every answer begins: format, container, architecture, page size. */
  readonly dump: JsonObject;
  /** The version of the file at the address; null where there is none. */
  readonly pinned: Pinned | null;
  /** Where its memory lies, ascending. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly wordSizeInBits: 32 | 64;
}

export interface PassedOver {
  readonly file: string;
  readonly because: string;
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

export interface CpuEntry {
  /** Its position among the notes, from 0. */
  readonly index: number;
  /** Linux's number of it; null where nothing proves it. */
  readonly number: number | null;
  /** The process ID in its note; null where no note says. */
  readonly pid: number | null;
  /** The kinds of note that its registers came from. */
  readonly from: readonly string[];
  /** What it runs, by the kernel's own word. */
  readonly task: { readonly pid: number; readonly name: string } | null;
  readonly registers: readonly CpuRegister[];
}

export interface CpuRegister {
  readonly name: string;
  readonly value: bigint;
  /** What of the kernel is there: `name+0x10`. */
  readonly symbol: string | null;
}

/** An answer for people and for programs. */
export interface TextAndJson {
  readonly text: string;
  readonly json: JsonObject;
}
