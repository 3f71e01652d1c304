import {
  type ByteSource,
  type Damage,
  hex,
  isZero,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { entriesPerMapPage, pageSizeInBytes, wordSizeInBytes } from './layout.ts';
import type { PageRun } from './swap-pages.ts';

/** A map has few runs, unless swap was nearly full. */
const maxRuns: number = 2 ** 20;
/** No swap area is larger: 2^40 pages are 4 PiB. */
const maxPageNumber: number = 2 ** 40;
const mapPagesPerStep = 256;

export interface SwapMap {
  readonly runs: readonly PageRun[];
  /** Whether it ends as the kernel ends it: pages, then zeros. A lost page may be zeros alone. */
  readonly isWhole: boolean;
  readonly damage: readonly Damage[];
}

/**
 * Follows the map from its first page, up to a number of pages. Where it ends early, the pages it
 * listed before count. Throws `malformed` where the first page is none, or the map lists too many
 * runs.
 */
export function* readMap(
  file: ByteSource,
  firstPage: number,
  maxPages: number,
): Generator<Progress, SwapMap, void> {
  const runs = new Runs();
  const damage: Damage[] = [];
  let isWhole = false;
  let page = firstPage;
  for (let read = 0; page !== 0 && runs.pageCount < maxPages; read++) {
    const fileOffset = page * pageSizeInBytes;
    if (!isInside(file, page)) {
      if (read === 0) {
        readExactly(file, fileOffset, pageSizeInBytes, 'first page of the map');
      }
      damage.push(mapEnds(fileOffset, runs.pageCount, 'lies after the end of the file'));
      break;
    }
    const bytes = readExactly(file, fileOffset, pageSizeInBytes, 'page of the map');
    const view = new StructView(bytes, 'little', 'page of the map', fileOffset);
    const taken = takeEntries(view, runs, maxPages);
    if (taken === 'bad') {
      damage.push(mapEnds(fileOffset, runs.pageCount, 'lists a page that no swap area has'));
      break;
    }
    if (taken !== 'more') {
      isWhole = taken === 'end';
      break;
    }
    page = numberAt(view, entriesPerMapPage) ?? maxPageNumber;
    if (read % mapPagesPerStep === mapPagesPerStep - 1) {
      yield {
        kind: 'progress',
        doing: 'following the map of the swap area',
        fraction: Math.min(1, runs.pageCount / maxPages),
      };
    }
  }
  return { runs: runs.all, isWhole, damage };
}

/**
 * Adds the pages that a page of the map lists. `end`: zeros end them, as in a whole map; `torn`:
 * one zero does, or there are none.
 */
function takeEntries(
  view: StructView,
  runs: Runs,
  maxPages: number,
): 'more' | 'end' | 'torn' | 'bad' {
  for (let index = 0; index < entriesPerMapPage && runs.pageCount < maxPages; index++) {
    const page = numberAt(view, index);
    if (page === undefined) {
      return 'bad';
    }
    if (page === 0) {
      return index > 0 && isZero(view.bytes.subarray(index * wordSizeInBytes)) ? 'end' : 'torn';
    }
    runs.add(page, view.fileOffset + index * wordSizeInBytes);
  }
  return 'more';
}

function numberAt(view: StructView, index: number): number | undefined {
  const value = view.uint64(index * wordSizeInBytes);
  return value < BigInt(maxPageNumber) ? Number(value) : undefined;
}

function isInside(file: ByteSource, page: number): boolean {
  return (page + 1) * pageSizeInBytes <= file.sizeInBytes;
}

function mapEnds(fileOffset: number, pages: number, because: string): Damage {
  return {
    name: 'map-ends-early',
    loses: 'page',
    detail: `the map’s page at ${hex(fileOffset)} ${because}: only the ${pages} pages listed before it are known`,
    fileOffset,
  };
}

class Runs {
  readonly all: { start: number; page: number; count: number }[] = [];
  pageCount = 0;

  add(page: number, statedAt: number): void {
    const last = this.all.at(-1);
    if (last !== undefined && last.page + last.count === page) {
      last.count++;
    } else {
      if (this.all.length === maxRuns) {
        throw new VmcorekitError('malformed', {
          structure: 'map of the swap area',
          fileOffset: statedAt,
          field: 'the number of runs of pages',
          wanted: `at most ${maxRuns}`,
          got: 'more',
        });
      }
      this.all.push({ start: this.pageCount, page, count: 1 });
    }
    this.pageCount++;
  }
}
