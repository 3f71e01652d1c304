import type { DumpImage } from './dump-image.ts';
import type { PageState } from './page-state.ts';
import type { PageFrameNumber } from './spaces.ts';

export interface FilteredPage {
  readonly pfn: PageFrameNumber;
  readonly state: PageState;
  /**
   * The page's bytes, read on demand and valid only during the call. A partial page has zeros for
   * what the dump does not hold. Throws `page-unreadable` as memory does.
   */
  bytes(): Uint8Array;
}

/**
 * What the writer does with a page. `exclude` drops its contents (they read as unknown). `zero` may
 * only be said of an all-zero page. `absent` leaves no trace of it, as if there were no memory.
 */
export type PageDecision = 'keep' | 'zero' | 'exclude' | 'absent';

/** Chooses the pages that a writer stores. */
export interface PageFilter {
  readonly name: string;
  readonly summary: string;
  /**
   * Why readers of this dump, written in that format, need the filter; undefined where none does.
   */
  neededFor?(image: DumpImage, format: string): string | undefined;
  /** Called once for each dump, before its first page. */
  begin(image: DumpImage): (page: FilteredPage) => PageDecision;
}
