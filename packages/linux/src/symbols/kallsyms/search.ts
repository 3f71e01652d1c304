import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import { sequenceNumbers } from './sequence-numbers.ts';
import { digitRuns } from './token-table.ts';

const chunkSizeInBytes = 64 * 1024;
/** A run of digit tokens may cross two chunks. */
const overlapInBytes = 20;
const strideInBytes = 32 * windowPageSizeInBytes;
/**
 * A table that covers three sampled pages in a row (131,072 symbols and more) needs no comparison
 * with later ones. Linux 7.3 has another sorted table that covers two.
 */
const enoughInBytes = 2 * strideInBytes;
const wordsToTry = 256;
const reachInBytes = 16 * 1024 * 1024;
/** Sorted tables of other kinds before that of kallsyms: 7.3 has one. A hostile image has more. */
const maxTables = 8;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Offsets in a window where runs of digit tokens stand. The offsets table of kallsyms is the
 * longest run of sorted words in a kernel's read-only data. The tokens come just before it (Linux
 * 6.4 and later), or after names of a MiB and more. So every 32nd page is first sampled for sorted
 * words. Where the names have an order of their own, its numbers come just before the tokens, or
 * else after the offsets, and are found as easily. Where another sorted table comes first, the next
 * one is tried. Yields undefined now and then.
 */
export function* findDigitRuns(window: ReadOnlyWindow): Generator<number | undefined, void, void> {
  for (const stretch of stretches(window)) {
    if (stretch === undefined) {
      yield undefined;
      continue;
    }
    for (let offset = stretch.from; offset < stretch.to; offset += chunkSizeInBytes) {
      const bytes = new Uint8Array(
        Math.min(chunkSizeInBytes + overlapInBytes, window.sizeInBytes - offset),
      );
      window.readPartly(offset, bytes);
      for (const at of digitRuns(bytes)) {
        yield offset + at;
      }
      yield undefined;
    }
  }
}

/** Where to look, the likeliest first. Yields undefined now and then. */
function* stretches(window: ReadOnlyWindow): Generator<Stretch | undefined, void, void> {
  let longest: Stretch | undefined;
  let tables = 0;
  for (const table of sortedStretches(window)) {
    if (table === undefined) {
      yield undefined;
      continue;
    }
    longest ??= table;
    const numbers = yield* sequenceNumbers(window, table.to + windowPageSizeInBytes, strideInBytes);
    if (numbers !== undefined && numbers.from - table.to > 2 * strideInBytes) {
      yield { from: numbers.to, to: Math.min(window.sizeInBytes, numbers.to + 2 * strideInBytes) };
    }
    yield { from: Math.max(0, table.from - strideInBytes), to: table.from };
    // Other tables may be sorted, too. Numbers show that one more look is worth its pages.
    if (numbers === undefined || ++tables === maxTables) {
      break;
    }
  }
  if (longest === undefined) {
    yield { from: 0, to: window.sizeInBytes };
    return;
  }
  const before = Math.max(0, longest.from - strideInBytes);
  yield { from: longest.to, to: window.sizeInBytes };
  yield { from: 0, to: before };
  yield { from: longest.from, to: longest.to };
}

/**
 * From the first to the last sampled page of each row of them with sorted words that is long
 * enough; where none is, the longest. Skips short tables of other kinds.
 */
function* sortedStretches(window: ReadOnlyWindow): Generator<Stretch | undefined, void, void> {
  const words = new Uint8Array(4 * wordsToTry);
  const view = new DataView(words.buffer);
  let longest: Stretch | undefined;
  let current: Stretch | undefined;
  let found = 0;
  for (let offset = 0; offset + words.length <= window.sizeInBytes; offset += strideInBytes) {
    window.readPartly(offset, words);
    if (isSorted(view, window.byteOrder === 'little')) {
      current = { from: current?.from ?? offset, to: offset };
      longest = longest === undefined || length(current) > length(longest) ? current : longest;
    } else {
      if (current !== undefined && length(current) >= enoughInBytes) {
        found += 1;
        yield current;
      }
      current = undefined;
    }
    if (offset % (16 * strideInBytes) === 0) {
      yield undefined;
    }
  }
  if (current !== undefined && length(current) >= enoughInBytes) {
    found += 1;
    yield current;
  }
  if (found === 0) {
    yield longest;
  }
}

function length(stretch: Stretch): number {
  return stretch.to - stretch.from;
}

/**
 * Words that never fall, or never rise (CONFIG_KALLSYMS_ABSOLUTE_PERCPU counts downwards), or do so
 * once their own places are added (Linux 7.x). Nearly all differ, and are no further apart than
 * functions are. Few other tables are like that, and a false hit costs only time.
 */
function isSorted(view: DataView, isLittle: boolean): boolean {
  const word = (index: number) => view.getInt32(4 * index, isLittle);
  return isMonotone(word) || isMonotone((index) => word(index) + 4 * index);
}

function isMonotone(valueAt: (index: number) => number): boolean {
  let rises = 0;
  let falls = 0;
  let previous = valueAt(0);
  for (let index = 1; index < wordsToTry; index++) {
    const value = valueAt(index);
    rises += value > previous ? 1 : 0;
    falls += value < previous ? 1 : 0;
    previous = value;
  }
  return (
    (rises === 0 || falls === 0) &&
    rises + falls > wordsToTry / 2 &&
    Math.abs(previous - valueAt(0)) < reachInBytes
  );
}
