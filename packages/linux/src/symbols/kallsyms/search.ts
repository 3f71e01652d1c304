import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import { sequenceNumbers } from './sequence-numbers.ts';
import { digitRunSizeInBytes, digitRuns } from './token-table.ts';

const chunkSizeInBytes = 16 * 1024;
const strideInBytes = 32 * windowPageSizeInBytes;
/**
 * A table that covers three sampled pages in a row (131,072 symbols and more) needs no comparison
 * with later ones. Linux 7.3 has another sorted table that covers two.
 */
const enoughInBytes = 2 * strideInBytes;
const wordsToTry = 256;
const sampleSizeInBytes = 4 * wordsToTry;
const reachInBytes = 16 * 1024 * 1024;
/** Sorted tables of other kinds before that of kallsyms: 7.3 has one. A hostile image has more. */
const maxTables = 8;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Table extends Stretch {
  /**
   * True where a longer one may come later. If numbers come after it, it is likely that of
   * kallsyms, and the rest of the window need not be sampled: with packed files, a page costs its
   * block.
   */
  readonly isShort?: true;
}

/**
 * Offsets in a window where runs of digit tokens stand. The offsets table of kallsyms is the
 * longest run of sorted words in a kernel's read-only data. The tokens come just before it (Linux
 * 6.4 and later), or after names of a MiB and more. So every 64th page, or 32nd, is first sampled
 * for sorted words. Where the names have an order of their own, its numbers come just before the
 * tokens, or else after the offsets, and are found as easily. Where another sorted table comes
 * first, the next one is tried. `keptPlaceOf` may know from the first sorted words where an earlier
 * search found the tokens. Yields undefined now and then.
 */
export function* findDigitRuns(
  window: ReadOnlyWindow,
  keptPlaceOf?: (sortedWords: Uint8Array) => number | undefined,
): Generator<number | undefined, void, void> {
  const chunk = new Uint8Array(chunkSizeInBytes + digitRunSizeInBytes);
  for (const stretch of stretches(window, keptPlaceOf)) {
    if (stretch === undefined) {
      yield undefined;
      continue;
    }
    for (let offset = stretch.from; offset < stretch.to; offset += chunkSizeInBytes) {
      const bytes = chunk.subarray(0, Math.min(chunk.length, window.sizeInBytes - offset));
      if (window.readPartly(offset, bytes)) {
        for (const at of digitRuns(bytes)) {
          yield offset + at;
        }
      }
      yield undefined;
    }
  }
}

/** Where to look, the likeliest first. Yields undefined now and then. */
function* stretches(
  window: ReadOnlyWindow,
  keptPlaceOf?: (sortedWords: Uint8Array) => number | undefined,
): Generator<Stretch | undefined, void, void> {
  let longest: Stretch | undefined;
  let isFirst = true;
  let tables = 0;
  for (const table of sortedStretches(window)) {
    if (table === undefined) {
      yield undefined;
      continue;
    }
    if (isFirst) {
      isFirst = false;
      window.sortedWords = wordsAt(window, table.from);
      const place = keptPlaceOf?.(window.sortedWords);
      if (place !== undefined && place < window.sizeInBytes) {
        yield { from: place, to: place + 1 };
      }
    }
    const numbers = yield* sequenceNumbers(window, table.to + windowPageSizeInBytes, strideInBytes);
    if (numbers !== undefined && numbers.from - table.to > 2 * strideInBytes) {
      yield { from: numbers.to, to: Math.min(window.sizeInBytes, numbers.to + 2 * strideInBytes) };
    }
    if (table.isShort === true) {
      continue;
    }
    longest ??= table;
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
 * enough, the first short one beside them; where none is, the longest. Every other page is
 * sampled first, and the neighbours of those with sorted words: only a row of one page can be
 * missed, and where there is nothing longer, the others are sampled too.
 */
function* sortedStretches(window: ReadOnlyWindow): Generator<Table | undefined, void, void> {
  const samples = new SortedSamples(window);
  let isShortTried = false;
  for (const step of [2 * strideInBytes, strideInBytes]) {
    let longest: Stretch | undefined;
    let found = 0;
    for (let offset = 0; samples.isInside(offset); offset += step) {
      if (samples.areSortedAt(offset)) {
        const row = samples.rowAround(offset);
        if (length(row) >= enoughInBytes) {
          found += 1;
          yield row;
        } else if (length(row) > 0 && !isShortTried) {
          isShortTried = true;
          yield { ...row, isShort: true };
        }
        longest = longest === undefined || length(row) > length(longest) ? row : longest;
        offset += Math.floor((row.to - offset) / step) * step;
      }
      if (offset % (16 * strideInBytes) === 0) {
        yield undefined;
      }
    }
    if (found > 0) {
      return;
    }
    if (step === strideInBytes || (longest !== undefined && length(longest) > 0)) {
      yield longest;
      return;
    }
  }
}

/** Whether words are sorted at places of a window, each read once. */
class SortedSamples {
  readonly #window: ReadOnlyWindow;
  readonly #known: Map<number, boolean> = new Map();

  constructor(window: ReadOnlyWindow) {
    this.#window = window;
  }

  isInside(offset: number): boolean {
    return offset >= 0 && offset + sampleSizeInBytes <= this.#window.sizeInBytes;
  }

  areSortedAt(offset: number): boolean {
    let areSorted = this.#known.get(offset);
    if (areSorted === undefined) {
      const words = wordsAt(this.#window, offset);
      areSorted = isSorted(new DataView(words.buffer), this.#window.byteOrder === 'little');
      this.#known.set(offset, areSorted);
    }
    return areSorted;
  }

  /** The whole row that a place with sorted words is in. */
  rowAround(offset: number): Stretch {
    let from = offset;
    while (this.isInside(from - strideInBytes) && this.areSortedAt(from - strideInBytes)) {
      from -= strideInBytes;
    }
    let to = offset;
    while (this.isInside(to + strideInBytes) && this.areSortedAt(to + strideInBytes)) {
      to += strideInBytes;
    }
    return { from, to };
  }
}

function wordsAt(window: ReadOnlyWindow, offset: number): Uint8Array {
  const words = new Uint8Array(sampleSizeInBytes);
  window.readPartly(offset, words);
  return words;
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
  return isMonotone(word) || (differ(word) && isMonotone((index) => word(index) + 4 * index));
}

/** Words that are all zero would rise with their places. */
function differ(wordAt: (index: number) => number): boolean {
  let changes = 0;
  for (let index = 1; index < wordsToTry; index++) {
    changes += wordAt(index) === wordAt(index - 1) ? 0 : 1;
  }
  return changes > wordsToTry / 2;
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
