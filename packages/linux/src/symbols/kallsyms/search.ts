import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import { sequenceNumbers } from './sequence-numbers.ts';
import { digitRuns } from './token-table.ts';

const chunkSizeInBytes = 64 * 1024;
/** A run of digit tokens may cross two chunks. */
const overlapInBytes = 20;
const strideInBytes = 32 * windowPageSizeInBytes;
/**
 * A table that covers two sampled pages in a row (65,536 symbols and more) needs no comparison with
 * later ones.
 */
const enoughInBytes = strideInBytes;
const wordsToTry = 256;
const reachInBytes = 16 * 1024 * 1024;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Offsets in a window where runs of digit tokens stand. The offsets table of kallsyms is the
 * longest run of sorted words in a kernel's read-only data. The tokens come just before it (Linux
 * 6.4 and later), or after names of a MiB and more. So every 32nd page is first sampled for sorted
 * words. Where the names have an order of their own, its numbers come just before the tokens, or
 * else after the offsets, and are found as easily. Yields undefined now and then.
 */
export function* findDigitRuns(window: ReadOnlyWindow): Generator<number | undefined, void, void> {
  for (const stretch of yield* stretches(window)) {
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

function* stretches(window: ReadOnlyWindow): Generator<undefined, Stretch[], void> {
  const table = yield* longestSortedStretch(window);
  if (table === undefined) {
    return [{ from: 0, to: window.sizeInBytes }];
  }
  const before = Math.max(0, table.from - strideInBytes);
  const numbers = yield* sequenceNumbers(window, table.to + windowPageSizeInBytes, strideInBytes);
  const isTokensAfterNumbers = numbers !== undefined && numbers.from - table.to > 2 * strideInBytes;
  return [
    ...(isTokensAfterNumbers
      ? [{ from: numbers.to, to: Math.min(window.sizeInBytes, numbers.to + 2 * strideInBytes) }]
      : []),
    { from: before, to: table.from },
    { from: table.to, to: window.sizeInBytes },
    { from: 0, to: before },
    { from: table.from, to: table.to },
  ];
}

/**
 * From the first to the last of the longest row of sampled pages with sorted words. Skips short
 * tables of other kinds.
 */
function* longestSortedStretch(
  window: ReadOnlyWindow,
): Generator<undefined, Stretch | undefined, void> {
  const words = new Uint8Array(4 * wordsToTry);
  const view = new DataView(words.buffer);
  let longest: Stretch | undefined;
  let current: Stretch | undefined;
  for (let offset = 0; offset + words.length <= window.sizeInBytes; offset += strideInBytes) {
    window.readPartly(offset, words);
    if (isSorted(view, window.byteOrder === 'little')) {
      current = { from: current?.from ?? offset, to: offset };
      longest = longest === undefined || length(current) > length(longest) ? current : longest;
    } else {
      current = undefined;
      if (longest !== undefined && length(longest) >= enoughInBytes) {
        break;
      }
    }
    if (offset % (16 * strideInBytes) === 0) {
      yield undefined;
    }
  }
  return longest;
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
