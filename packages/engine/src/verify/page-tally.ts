import {
  isVmcorekitError,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  pagesOf,
  sizeOfRanges,
} from '@vmcorekit/core';
import { type DamageCount, DamageCounts } from './damage-counts.ts';

const pagesPerStep = 64;

/** The name of damage that a format gives no better name. */
const unnamedDamage = 'page-corrupt';

/** How many pages are in which state. */
export type PageCounts = Readonly<Record<PageState, number>>;

/** What became of the pages of a stretch of memory: plain data, so that it may be made elsewhere and put together with `mergeTallies`. */
export interface PageTally {
  readonly pages: PageCounts;
  /** The pages that are corrupt, by what is wrong with them. */
  readonly damage: readonly DamageCount[];
}

/**
 * Counts pages by state. `depth` says what is looked at: `index` only what the file's index says of each page, `data` the bytes of every
 * stored page as well, decompressed. Pages that a range holds only in part count as pages.
 */
export function* tallyPages(
  memory: PhysicalMemory,
  ranges: readonly PhysicalRange[],
  depth: 'index' | 'data',
): Generator<Progress, PageTally, void> {
  const pages: Record<PageState, number> = { stored: 0, zero: 0, excluded: 0, absent: 0, corrupt: 0 };
  const damage = new DamageCounts();
  const bytesInAll = sizeOfRanges(ranges);
  const doing = depth === 'data' ? 'reading pages' : 'counting pages';
  let bytesDone = 0;
  let count = 0;
  for (const page of pagesOf(ranges, memory.pageSizeInBytes)) {
    const said = memory.pageState(Math.floor(page.start / memory.pageSizeInBytes));
    const isRead = said === 'corrupt' || (said === 'stored' && depth === 'data');
    pages[isRead ? readPage(memory, page, damage) : said]++;
    bytesDone += page.end - page.start;
    if (++count % pagesPerStep === 0) {
      yield { kind: 'progress', doing, fraction: bytesDone / bytesInAll };
    }
  }
  return { pages, damage: damage.list() };
}

/** The tally of several stretches, in ascending order of their addresses. */
export function mergeTallies(tallies: readonly PageTally[]): PageTally {
  const pages: Record<PageState, number> = { stored: 0, zero: 0, excluded: 0, absent: 0, corrupt: 0 };
  const damage = new DamageCounts();
  for (const tally of tallies) {
    for (const state of Object.keys(pages) as PageState[]) {
      pages[state] += tally.pages[state];
    }
    damage.merge(tally.damage);
  }
  return { pages, damage: damage.list() };
}

function readPage(memory: PhysicalMemory, page: PhysicalRange, damage: DamageCounts): PageState {
  try {
    memory.withView(page.start, page.end - page.start, () => {});
    return 'stored';
  } catch (error) {
    if (!isVmcorekitError(error, 'page-unreadable')) {
      throw error;
    }
    const { state, pfn, fileOffset, condition } = error.facts;
    if (state === 'corrupt') {
      damage.add({
        name: condition ?? unnamedDamage,
        loses: 'page',
        detail: error.message,
        pfn,
        ...(fileOffset === undefined ? {} : { fileOffset }),
      });
    }
    return state;
  }
}
