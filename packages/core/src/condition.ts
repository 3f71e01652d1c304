import type { FileOffset, PageFrameNumber } from './spaces.ts';

/** What is wrong with a file that can be read all the same. Each kind of damage has its own name. */
export interface Condition {
  /** A stable word for the kind: `file-truncated`, `incomplete`, `split-part-missing`, `bitmap-torn`, `flattened-unfinished`. */
  readonly name: string;
  /** One sentence with the numbers in it. */
  readonly detail: string;
  readonly fileOffset?: FileOffset;
  readonly pfn?: PageFrameNumber;
}
