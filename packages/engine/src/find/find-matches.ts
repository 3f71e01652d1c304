import {
  isHeld,
  isVmcorekitError,
  type MemoryPiece,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  pagesOf,
  piecesOfRanges,
} from '@vmcorekit/core';
import type { FindPattern } from './pattern.ts';
import { SlidingWindow } from './sliding-window.ts';
import type { Stretch } from './stretches.ts';

/** The index of a file is asked for so much at once: between two of them Ctrl-C is noticed. */
const indexStepInBytes = 2 ** 30;
/** Addresses of a stretch are counted from a multiple of it on. */
const baseAlignment = 64n;

/**
 * How many pages were not searched as a whole, because the dump does not have all their bytes. In
 * virtual memory a page counts as often as it is mapped.
 */
export interface UnsearchedPages {
  /** Left out on purpose, as by a filter. */
  readonly excluded: number;
  /** Lost, or never written. */
  readonly absent: number;
  /** They are in the file, but cannot be read. */
  readonly corrupt: number;
}

/** Where a pattern lies. */
export interface Matches {
  /** Of the first bytes, ascending, in the space searched. */
  readonly addresses: readonly bigint[];
  /** There are more than were asked for. */
  readonly isLimited: boolean;
  /** The work was cut: page tables map more than a search goes through. */
  readonly isCut: boolean;
  /** Hits in these are not known. */
  readonly unsearched: UnsearchedPages;
}

export interface FindLimits {
  /** How many matches to look for. */
  readonly limit: number;
  /** How many bytes to go through; what page tables map several times counts each time. */
  readonly maxBytes?: number;
  /** Pages beyond are not counted as unsearched; in the space searched. */
  readonly countUntil?: bigint;
  /** For progress: all that is gone through; null where that is not known. */
  readonly bytesInAll: number | null;
}

/**
 * Finds a pattern in stretches of memory that ascend in the space searched. Where two touch there,
 * a match may lie across both. What the dump does not hold ends a match; what it holds of a partial
 * page is searched.
 */
export function* findMatches(
  memory: PhysicalMemory,
  stretches: Iterable<Stretch>,
  pattern: FindPattern,
  { limit, maxBytes = Infinity, countUntil, bytesInAll }: FindLimits,
): Generator<Progress, Matches, void> {
  const addresses: bigint[] = [];
  let base = 0n;
  const window = new SlidingWindow(pattern, (address) => {
    addresses.push(base + BigInt(address));
    return addresses.length <= limit;
  });
  const unsearched = new PageCounts(memory.pageSizeInBytes);
  /** Where the next byte continues what the window holds; -1 where nothing does. */
  let next = -1n;
  let bytesDone = 0;
  for (const { at, piece } of piecesIn(memory, stretches)) {
    const counted = countUntil === undefined ? Infinity : piece.start + Number(countUntil - at);
    if (isHeld(piece.state) && at !== next) {
      window.flush();
      base = at - (at % baseAlignment);
      window.jump(Number(at - base));
    }
    if (piece.state === 'stored') {
      for (const read of readPieces(memory, piece, window)) {
        if (read.state !== 'stored') {
          unsearched.add(read, counted);
          window.jump(Number(at - base) + read.end - piece.start);
        }
        yield progress(bytesDone + read.end - piece.start, bytesInAll);
      }
    } else if (piece.state === 'zero') {
      window.zeros(piece.end - piece.start);
    } else {
      unsearched.add(piece, counted);
    }
    next = isHeld(piece.state) ? at + BigInt(piece.end - piece.start) : -1n;
    bytesDone += piece.end - piece.start;
    if (window.isEnded || bytesDone > maxBytes) {
      break;
    }
    yield progress(bytesDone, bytesInAll);
  }
  window.flush();
  return {
    addresses: addresses.slice(0, limit),
    isLimited: addresses.length > limit,
    isCut: bytesDone > maxBytes,
    unsearched: unsearched.counts,
  };
}

/** Counts pages of which some bytes are not known, in the order in which they are met. */
class PageCounts {
  readonly counts: Record<keyof UnsearchedPages, number> = { excluded: 0, absent: 0, corrupt: 0 };
  readonly #pageSizeInBytes: number;
  #last = -1;

  constructor(pageSizeInBytes: number) {
    this.#pageSizeInBytes = pageSizeInBytes;
  }

  /** What of a piece lies before `until`. */
  add({ start, end, state }: MemoryPiece, until: number): void {
    const counted = Math.min(end, until);
    if (!isHeld(state) && start < counted) {
      const first = Math.floor(start / this.#pageSizeInBytes);
      const last = Math.floor((counted - 1) / this.#pageSizeInBytes);
      this.counts[state] += last - first + (first === this.#last ? 0 : 1);
      this.#last = last;
    }
  }
}

function progress(done: number, all: number | null): Progress {
  const fraction = all === null ? null : Math.min(1, done / all);
  return { kind: 'progress', doing: 'searching memory', fraction };
}

/** Each piece of the stretches, but what lies in no range of memory: that does not exist. */
function* piecesIn(
  memory: PhysicalMemory,
  stretches: Iterable<Stretch>,
): Generator<{ readonly at: bigint; readonly piece: MemoryPiece }, void, void> {
  for (const stretch of stretches) {
    for (const step of pagesOf([stretch], indexStepInBytes)) {
      for (const part of piecesOfRanges(memory.ranges, step.start, step.end)) {
        for (const piece of part.state === 'stored' ? memory.pieces(part.start, part.end) : []) {
          yield { at: stretch.address + BigInt(piece.start - stretch.start), piece };
        }
      }
    }
  }
}

/**
 * Reads stored memory into the window, a window at a time. Where that fails it reads page by page,
 * and gives those that cannot be read in their state.
 */
function* readPieces(
  memory: PhysicalMemory,
  { start, end }: PhysicalRange,
  window: SlidingWindow,
): Generator<MemoryPiece, void, void> {
  for (let at = start; at < end && !window.isEnded; ) {
    const room = window.room(end - at);
    const to = at + room.length;
    if (stateOfRead(memory, at, room) === 'stored') {
      window.take(room.length);
      yield { start: at, end: to, state: 'stored' };
    } else {
      for (const page of pagesOf([{ start: at, end: to }], memory.pageSizeInBytes)) {
        const own = window.room(page.end - page.start);
        const state = stateOfRead(memory, page.start, own);
        if (state === 'stored') {
          window.take(own.length);
        }
        yield { ...page, state };
      }
    }
    at = to;
  }
}

function stateOfRead(
  memory: PhysicalMemory,
  address: number,
  target: Uint8Array,
): 'stored' | 'excluded' | 'absent' | 'corrupt' {
  try {
    memory.readInto(address, target);
    return 'stored';
  } catch (error) {
    if (!isVmcorekitError(error, 'page-unreadable')) {
      throw error;
    }
    return error.facts.state;
  }
}
