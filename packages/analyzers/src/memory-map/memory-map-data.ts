import type { ImageSection } from './image-sections.ts';
import type { PageTablesReport } from './page-tables.ts';
import type { PageTally } from './page-tally.ts';

/** A stretch of the dump's memory, with the number of its pages in each state. */
export interface MappedRange {
  /** Hexadecimal. */
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
  readonly pages: PageTally;
}

/** The `data` of the `memory-map` analyzer. */
export interface MemoryMap {
  readonly pageSizeInBytes: number;
  /** False where memory is so large that pages were only counted as stored or `unstored`. */
  readonly isEveryPageAsked: boolean;
  readonly ranges: readonly MappedRange[];
  /** What the located kernel maps of its image, ascending by virtual address. */
  readonly image: readonly ImageSection[];
  /** Null where no page tables are known. */
  readonly pageTables: PageTablesReport | null;
  /** `slices` has one character for each slice, `pageTables` a `P` for each that holds some. */
  readonly picture: {
    readonly sliceInBytes: number;
    readonly slices: string;
    readonly pageTables: string;
  };
}
