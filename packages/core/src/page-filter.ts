import type { DumpImage } from './dump-image.ts';
import type { PageState } from './page-state.ts';
import type { PageFrameNumber } from './spaces.ts';

export interface FilteredPage {
  readonly pfn: PageFrameNumber;
  readonly state: PageState;
  /**
   * The page's bytes, read only when asked for; dies with the call. Of a partial page what the dump
   * holds, with zeros for the rest. Throws `page-unreadable` as memory does.
   */
  bytes(): Uint8Array;
}

/**
 * What becomes of a page: `exclude` loses its contents (they read as unknown), `zero` may only be
 * said of a page that is all zero, and `absent` leaves no trace of it, as if there were no memory.
 */
export type PageDecision = 'keep' | 'zero' | 'exclude' | 'absent';

/** Chooses which pages a writer stores. */
export interface PageFilter {
  readonly name: string;
  readonly summary: string;
  /**
   * Why readers of this dump, written in that format, want the filter; undefined where none does.
   */
  neededFor?(image: DumpImage, format: string): string | undefined;
  /** Called once a dump, before the first page. */
  begin(image: DumpImage): (page: FilteredPage) => PageDecision;
}
