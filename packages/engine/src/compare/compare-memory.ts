import {
  isHeld,
  isVmcorekitError,
  lowestIndex,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  readHeld,
  sizeOfRanges,
  stateOfPieces,
} from '@vmcorekit/core';
import { pagesAlike } from '../verify/pages-alike.ts';
import type { MemoryComparison, PageDifference, PageUnknown, UnknownState } from './comparison.ts';

const pagesPerStep = 64;
/** The number of differences and of unknown pages reported one by one. */
const maxShown = 16;

/**
 * Compares all memory that either dump says exists. Pages are equal only where both dumps know all
 * their bytes (zero pages are known). They are different where both know a byte and it differs.
 * Otherwise they are unknown, even where both dumps lack them.
 */
export function* compareMemory(
  first: PhysicalMemory,
  second: PhysicalMemory,
): Generator<Progress, MemoryComparison, void> {
  const pageSizeInBytes = Math.min(first.pageSizeInBytes, second.pageSizeInBytes);
  const sides = [new Side(first, pageSizeInBytes), new Side(second, pageSizeInBytes)] as const;
  const differences: PageDifference[] = [];
  const unknowns: PageUnknown[] = [];
  const ranges = unionOfRanges(first.ranges, second.ranges);
  const bytesInAll = sizeOfRanges(ranges);
  let pagesEqual = 0;
  let pagesDifferent = 0;
  let pagesUnknown = 0;
  let bytesDone = 0;
  let steps = 0;
  const both = { pageSizeInBytes, bytelessUntil: bothBytelessUntil(first, second) };
  for (const { page, times } of pagesAlike(both, ranges)) {
    const states = [sides[0].look(page, times), sides[1].look(page, times)] as const;
    if (states.every((state) => state === 'zero')) {
      pagesEqual += times;
    } else {
      const at = sides[0].firstDifference(sides[1], page.start);
      if (at !== undefined) {
        pagesDifferent++;
        if (differences.length < maxShown) {
          differences.push({
            physicalAddress: page.start + at,
            bytes: [sides[0].byteAt(at), sides[1].byteAt(at)],
          });
        }
      } else if (states.every(isHeld)) {
        pagesEqual++;
      } else {
        pagesUnknown += times;
        const shown = Math.min(times, maxShown - unknowns.length);
        for (let index = 0; index < shown; index++) {
          unknowns.push({ physicalAddress: page.start + index * pageSizeInBytes, states });
        }
      }
    }
    bytesDone += (page.end - page.start) * times;
    if (++steps % pagesPerStep === 0) {
      yield { kind: 'progress', doing: 'comparing pages', fraction: bytesDone / bytesInAll };
    }
  }
  return {
    pageSizeInBytes,
    pagesEqual,
    pagesDifferent,
    pagesUnknown,
    differences,
    unknowns,
    unknownIn: [sides[0].unknown, sides[1].unknown],
  };
}

/**
 * The end of a stretch that reads alike in both, because neither file has bytes for it. A header of
 * a few bytes can state petabytes of them.
 */
function bothBytelessUntil(
  first: PhysicalMemory,
  second: PhysicalMemory,
): (address: number) => number | undefined {
  return (address) => {
    const [one, other] = [bytelessUntil(first, address), bytelessUntil(second, address)];
    return one === undefined || other === undefined ? undefined : Math.min(one, other);
  };
}

/** Also of memory that a dump does not have, up to the next that it has. */
function bytelessUntil(memory: PhysicalMemory, address: number): number | undefined {
  const { ranges, pageSizeInBytes } = memory;
  const next = ranges[lowestIndex(ranges.length, (index) => (ranges[index]?.end ?? 0) <= address)];
  if (next === undefined) {
    return Infinity;
  }
  return next.start <= address
    ? memory.bytelessUntil?.(address)
    : next.start - (next.start % pageSizeInBytes);
}

/** One dump's side of a comparison. */
class Side {
  readonly unknown: Record<UnknownState, number> = {
    partial: 0,
    excluded: 0,
    absent: 0,
    corrupt: 0,
  };
  readonly #memory: PhysicalMemory;
  readonly #bytes: Uint8Array;
  /** The same bytes as 32-bit words. */
  readonly #words: Int32Array;
  /** The known parts of the page. */
  #held: readonly PhysicalRange[] = [];

  constructor(memory: PhysicalMemory, pageSizeInBytes: number) {
    this.#memory = memory;
    const buffer = new ArrayBuffer(pageSizeInBytes);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  /**
   * Reads a page or a part of one, where its bytes are known, and returns its state, which so many
   * pages have.
   */
  look(page: PhysicalRange, times: number): PageState {
    const ofPage = this.#memory.pageState(Math.floor(page.start / this.#memory.pageSizeInBytes));
    const state = ofPage === 'partial' ? this.#lookAtPieces(page) : this.#lookAt(page, ofPage);
    if (!isHeld(state)) {
      this.unknown[state] += times;
    }
    return state;
  }

  byteAt(offset: number): number {
    return this.#bytes[offset] ?? 0;
  }

  /**
   * The offset of the first byte in the page at `start` that both know and that differs; undefined
   * where there is none.
   */
  firstDifference(other: Side, start: number): number | undefined {
    let [mine, theirs] = [0, 0];
    for (;;) {
      const [one, another] = [this.#held[mine], other.#held[theirs]];
      if (one === undefined || another === undefined) {
        return undefined;
      }
      const end = Math.min(one.end, another.end) - start;
      const at = this.#firstDifferenceIn(other, Math.max(one.start, another.start) - start, end);
      if (at < end) {
        return at;
      }
      mine += one.end <= another.end ? 1 : 0;
      theirs += another.end <= one.end ? 1 : 0;
    }
  }

  /** Offsets in the page; at or beyond `end` where there is none. */
  #firstDifferenceIn(other: Side, from: number, end: number): number {
    const left = this.#words;
    const right = other.#words;
    let at = from;
    while (at % 4 === 0 && at + 4 <= end && left[at >> 2] === right[at >> 2]) {
      at += 4;
    }
    while (at < end && this.#bytes[at] === other.#bytes[at]) {
      at++;
    }
    return at;
  }

  #lookAt(page: PhysicalRange, said: PageState): PageState {
    if (said === 'zero') {
      this.#bytes.fill(0);
    }
    const state = said === 'stored' ? this.#read(page.start, page.end - page.start) : said;
    this.#held = isHeld(state) ? [page] : [];
    return state;
  }

  #lookAtPieces(page: PhysicalRange): PageState {
    const pieces = readHeld(
      this.#memory,
      page.start,
      this.#bytes.subarray(0, page.end - page.start),
    );
    this.#held = pieces.filter(({ state }) => isHeld(state));
    return stateOfPieces(pieces);
  }

  #read(start: number, length: number): PageState {
    try {
      this.#memory.readInto(start, this.#bytes.subarray(0, length));
      return 'stored';
    } catch (error) {
      if (isVmcorekitError(error, 'page-unreadable')) {
        return error.facts.state;
      }
      throw error;
    }
  }
}

/** The union of two lists of ranges, each ascending and disjoint. */
function unionOfRanges(
  first: readonly PhysicalRange[],
  second: readonly PhysicalRange[],
): PhysicalRange[] {
  const union: PhysicalRange[] = [];
  for (const range of [...first, ...second].sort((a, b) => a.start - b.start)) {
    const last = union.at(-1);
    if (last !== undefined && range.start <= last.end) {
      union[union.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      union.push(range);
    }
  }
  return union;
}
