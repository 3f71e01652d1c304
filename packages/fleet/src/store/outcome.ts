import type { JsonObject } from '@vmcorekit/report';

/** How a job ended. */
export const outcomes = {
  /** The dump was read. Whether a kernel was found in it, `confidence` says. */
  read: 'the dump was read',
  /** The file is no dump, or cannot be read as one. */
  unreadable: 'the file cannot be read as a dump',
  /** None of its places has it any more. */
  'not-found': 'none of its files is there any more',
  /** The dump ended its reader twice: by a fault, its memory or its time. */
  crashed: 'the dump crashed its reader',
  /** Processes that had the job died, again and again. */
  lost: 'the processes that ran the job died too often',
} as const;

export type Outcome = keyof typeof outcomes;

/** What a result is found by, and the whole report. A field is null if it is not proved. */
export interface Findings {
  readonly release: string | null;
  readonly buildId: string | null;
  readonly architecture: string | null;
  /** Of the kernel: `certain`, `probable`, `ambiguous`, `none`. */
  readonly confidence: string | null;
  /** Dumps of the same bug share it. */
  readonly signature: string | null;
  /** What the signature was made of. */
  readonly signatureText: string | null;
  /** The message of the panic. */
  readonly panic: string | null;
  /** The letters of the taint flags; empty if there is none. */
  readonly taint: string | null;
  /** When the dump was made, as ISO 8601. */
  readonly dumpedAt: string | null;
  /** Each kind of damage once. */
  readonly damage: readonly string[];
  /** The names of the modules. */
  readonly modules: readonly string[];
  /** The answers of `probe`, `describe` and the analyzers. docs/fleet.md describes it. */
  readonly report: JsonObject;
}
