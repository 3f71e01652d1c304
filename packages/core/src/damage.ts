import type { FileOffset, PageFrameNumber } from './spaces.ts';

/** What is wrong with a file that can be read all the same. Each kind of damage has its own name. */
export interface Damage {
  /**
   * A stable word for the kind. Of the file: `file-truncated`, `incomplete`, `split-part-missing`, `bitmap-torn`, `flattened-unfinished`,
   * …; of one page, with its PFN: `page-lost`, `page-data-bad`, … docs/command-line.md lists them all.
   */
  readonly name: string;
  /** One sentence with the numbers in it. */
  readonly detail: string;
  readonly fileOffset?: FileOffset;
  readonly pfn?: PageFrameNumber;
}
