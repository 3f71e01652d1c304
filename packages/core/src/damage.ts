import type { FileOffset, PageFrameNumber } from './spaces.ts';

/**
 * What of the dump is gone.
 * `page`: the contents of pages. They are corrupt now, so a reader of memory meets each of them.
 * `memory`: pages that no reader meets, because they are absent.
 * `notes`: notes, or the text that they held.
 * `nothing`: structures of the file disagree, and all is read.
 */
export type Loss = 'nothing' | 'page' | 'memory' | 'notes';

/**
 * What is wrong with a file that can be read all the same. Each kind of damage has its own name.
 */
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
