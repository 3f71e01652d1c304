import {
  type Damage,
  isVmcorekitError,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  sizeOfRanges,
} from '@vmcorekit/core';
import { type DamageCount, DamageCounts } from './damage-counts.ts';
import { pagesAlike } from './pages-alike.ts';

const pagesPerStep = 64;

/** The name of damage that the format does not name. */
const unnamedDamage = 'page-corrupt';

/** The number of pages in each state. */
export type PageCounts = Readonly<Record<PageState, number>>;

const noPages: PageCounts = { stored: 0, zero: 0, partial: 0, excluded: 0, absent: 0, corrupt: 0 };

/**
 * The states and damage of a stretch of pages. Plain data, so it can be made elsewhere and combined
 * with `mergeTallies`.
 */
export interface PageTally {
  readonly pages: PageCounts;
  /** Pages that are corrupt, wholly or in part, by kind of damage. */
  readonly damage: readonly DamageCount[];
}

/** The tally of no pages. */
export const emptyTally: PageTally = { pages: noPages, damage: [] };

/**
 * Counts pages by state. With the `depth` `index` it reads only what the file's index says about
 * each page; with `data` also the decompressed bytes of every stored page. A page that the ranges
 * cover in part counts as a page, and once where two ranges share it. Memory that the file has no
 * bytes for costs no time by its size, if `memory` has `bytelessUntil`.
 */
export function* tallyPages(
  memory: PhysicalMemory,
  ranges: readonly PhysicalRange[],
  depth: 'index' | 'data',
): Generator<Progress, PageTally, void> {
  const pages: Record<PageState, number> = { ...noPages };
  const damage = new DamageCounts();
  const bytesInAll = sizeOfRanges(ranges);
  const doing = depth === 'data' ? 'reading pages' : 'counting pages';
  let bytesDone = 0;
  let count = 0;
  let lastPfn = -1;
  for (const { page, times } of pagesAlike(memory, ranges)) {
    const pfn = Math.floor(page.start / memory.pageSizeInBytes);
    if (pfn !== lastPfn) {
      const add = (one: Damage): void => damage.add(one, times);
      const said = memory.pageState(pfn);
      pages[said === 'stored' && depth === 'data' ? readPiece(memory, page, add) : said] += times;
      if (said === 'partial' || said === 'corrupt') {
        readPieces(memory, pfn, depth, add);
      }
      lastPfn = pfn + times - 1;
    }
    bytesDone += (page.end - page.start) * times;
    if (++count % pagesPerStep === 0) {
      yield { kind: 'progress', doing, fraction: bytesDone / bytesInAll };
    }
  }
  return { pages, damage: damage.list() };
}

/** The tally of several stretches, in ascending order of their addresses. */
export function mergeTallies(tallies: readonly PageTally[]): PageTally {
  const pages: Record<PageState, number> = { ...noPages };
  const damage = new DamageCounts();
  for (const tally of tallies) {
    for (const state of Object.keys(pages) as PageState[]) {
      pages[state] += tally.pages[state];
    }
    damage.merge(tally.damage);
  }
  return { pages, damage: damage.list() };
}

/**
 * Reads what a page should hold that is not stored as a whole. Reports one damage for each page.
 */
function readPieces(
  memory: PhysicalMemory,
  pfn: number,
  depth: 'index' | 'data',
  add: (damage: Damage) => void,
): void {
  const start = pfn * memory.pageSizeInBytes;
  for (const piece of memory.pieces(start, start + memory.pageSizeInBytes)) {
    const isRead = piece.state === 'corrupt' || (piece.state === 'stored' && depth === 'data');
    if (isRead && readPiece(memory, piece, add) === 'corrupt') {
      return;
    }
  }
}

function readPiece(
  memory: PhysicalMemory,
  piece: PhysicalRange,
  add: (damage: Damage) => void,
): PageState {
  try {
    memory.withView(piece.start, piece.end - piece.start, () => {});
    return 'stored';
  } catch (error) {
    if (!isVmcorekitError(error, 'page-unreadable')) {
      throw error;
    }
    const { state, pfn, fileOffset, condition } = error.facts;
    if (state === 'corrupt') {
      add({
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
