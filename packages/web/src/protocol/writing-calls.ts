import type { OutputPlace } from '@vmcorekit/browser';
import type { JsonObject } from '@vmcorekit/report';
import type { TextAndJson } from './dump-calls.ts';

/** What is asked of writers. */
export interface WritingCalls {
  /** What a form offers. */
  writing: { readonly given: object; readonly answer: WritingChoices };
  /** The answer of `repair --dry-run`. Throws `not-certain` and `no-kernel`. */
  planRepair: { readonly given: RepairRequest; readonly answer: TextAndJson };
  convert: {
    readonly given: ConvertRequest & { readonly place: OutputPlace };
    readonly answer: WrittenFile;
  };
  repair: {
    readonly given: RepairRequest & { readonly place: OutputPlace };
    readonly answer: WrittenFile;
  };
}

export interface WritingChoices {
  readonly kinds: readonly KindChoice[];
  /** The names of the kinds that `convert` and `repair` write unless asked for another. */
  readonly converted: string;
  readonly repaired: string;
  /** How pages of KDUMP can be compressed; the usual one first. */
  readonly compressions: readonly string[];
  readonly pageSizes: readonly number[];
  readonly filters: readonly { readonly name: string; readonly summary: string }[];
  /** The size of all memory in the dump, for the speed. */
  readonly memorySizeInBytes: number;
}

export interface KindChoice {
  readonly name: string;
  readonly summary: string;
  /** The usual ending of its files, with the dot. */
  readonly ending: string;
  /** Which tools cannot open it; null where all can. */
  readonly limits: string | null;
  readonly isCompressed: boolean;
  /** False where it has no place for what a repair adds. */
  readonly canBeRepaired: boolean;
}

interface NewFileRequest {
  readonly kind?: string;
  readonly exclude?: readonly string[];
}

export interface ConvertRequest extends NewFileRequest {
  readonly compression?: string;
  readonly pageSizeInBytes?: number;
}

export interface RepairRequest extends NewFileRequest {
  /** Repairs although the verdict is not certain. */
  readonly force?: boolean;
  /** Only says in the header that phys_base is not known. */
  readonly mark?: boolean;
}

export interface WrittenFile {
  /** The answer of `convert` or `repair` in JSON, and as it is printed. */
  readonly json: JsonObject;
  readonly text: string;
  /** What of the dump is not in the file, and other doubts: what the command says on stderr. */
  readonly remarks: readonly string[];
  /** What the page must still give to the user; null where the file lies in its place. */
  readonly download: Blob | null;
}
