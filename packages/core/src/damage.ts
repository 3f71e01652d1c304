import type { FileOffset, PageFrameNumber } from './spaces.ts';

/**
 * What the damage takes from the dump.
 * `page`: the contents of pages. They read as corrupt, so a reader of memory meets each of them; or
 * as zeros, if the writer of the file put zeros in their place.
 * `memory`: whole pages. They read as absent, so no reader meets them.
 * `notes`: notes, or the text that they held.
 * `nothing`: structures of the file disagree, but everything was read.
 */
export type Loss = 'nothing' | 'page' | 'memory' | 'notes';

/** Something wrong with a file that can still be read. Each kind of damage has its own name. */
export interface Damage {
  /**
   * A stable word for the kind. Of the file: `file-truncated`, `incomplete`, `split-part-missing`,
   * `bitmap-torn`, `flattened-unfinished`, …; of one page, with its PFN: `page-lost`,
   * `page-data-bad`, … docs/command-line.md lists them all.
   */
  readonly name: string;
  /** One sentence with the numbers in it. */
  readonly detail: string;
  readonly loses: Loss;
  readonly fileOffset?: FileOffset;
  readonly pfn?: PageFrameNumber;
}
