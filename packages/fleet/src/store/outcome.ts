import type { JsonObject } from '@vmcorekit/report';
import type { FleetFindings } from 'vmcorekit/fleet';

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

/** What a result is found by, and the whole report. */
export interface Findings extends FleetFindings {
  /** The answers of `probe`, `describe` and the analyzers. docs/fleet.md describes it. */
  readonly report: JsonObject;
}
