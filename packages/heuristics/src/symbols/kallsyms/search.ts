import { type ReadOnlyWindow, windowPageSizeInBytes } from './read-only-window.ts';
import { digitRuns } from './token-table.ts';

const chunkSizeInBytes = 64 * 1024;
/** A run of digit tokens may begin in one chunk and end in the next. */
const overlapInBytes = 20;
const strideInBytes = 32 * windowPageSizeInBytes;
const wordsToTry = 256;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Offsets in a window where runs of digit tokens stand. The offsets table of kallsyms is the longest run of sorted words in a kernel's
 * read-only data, and the tokens stand right before it or soon behind: so every 32nd page is looked at first for sorted words, and the
 * surroundings of those before all else. Yields undefined now and then.
 */
export function* findDigitRuns(window: ReadOnlyWindow): Generator<number | undefined, void, void> {
  for (const stretch of yield* stretches(window)) {
    for (let offset = stretch.from; offset < stretch.to; offset += chunkSizeInBytes) {
      const bytes = new Uint8Array(Math.min(chunkSizeInBytes + overlapInBytes, window.sizeInBytes - offset));
      window.readPartly(offset, bytes);
      for (const at of digitRuns(bytes)) {
        yield offset + at;
      }
      yield undefined;
    }
  }
}

function* stretches(window: ReadOnlyWindow): Generator<undefined, Stretch[], void> {
  const words = new Uint8Array(4 * wordsToTry);
  const view = new DataView(words.buffer);
  let first = -1;
  let last = -1;
  for (let offset = 0; offset + words.length <= window.sizeInBytes; offset += strideInBytes) {
    window.readPartly(offset, words);
    if (isSorted(view, window.byteOrder === 'little')) {
      first = first < 0 ? offset : first;
      last = offset;
    } else if (first >= 0) {
      break;
    }
    if (offset % (16 * strideInBytes) === 0) {
      yield undefined;
    }
  }
  if (first < 0) {
    return [{ from: 0, to: window.sizeInBytes }];
  }
  const before = Math.max(0, first - strideInBytes);
  return [
    { from: before, to: first },
    { from: last, to: window.sizeInBytes },
    { from: 0, to: before },
    { from: first, to: last },
  ];
}

/**
 * Words that never fall, or never rise (CONFIG_KALLSYMS_ABSOLUTE_PERCPU counts downwards), nearly all different, and no further apart
 * than functions are: few other tables are like that, and taking one of those for it costs only time.
 */
function isSorted(view: DataView, isLittle: boolean): boolean {
  let rises = 0;
  let falls = 0;
  let previous = view.getUint32(0, isLittle);
  const reach = Math.abs(previous - view.getUint32(4 * (wordsToTry - 1), isLittle));
  for (let word = 1; word < wordsToTry; word++) {
    const value = view.getUint32(4 * word, isLittle);
    rises += value > previous ? 1 : 0;
    falls += value < previous ? 1 : 0;
    previous = value;
  }
  return (rises === 0 || falls === 0) && rises + falls > wordsToTry / 2 && reach < 16 * 1024 * 1024;
}
