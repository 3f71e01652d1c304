import type { ReadOnlyWindow } from './read-only-window.ts';

const sampleSizeInBytes = 768;
const numberSizeInBytes = 3;
/** Kernels have about 200,000 symbols, so the first of the three bytes is small. */
const highestFirstByte = 7;
/**
 * `kallsyms_names` fills one or two MiB. Even with three times the symbols, the numbers begin
 * before this.
 */
const reachInBytes = 8 * 1024 * 1024;
/** More numbers than this cannot all begin with so small a byte. */
const longestInBytes: number = numberSizeInBytes * (highestFirstByte + 1) * 0x1_0000;
const precisionInBytes = 4096;

/**
 * The sampled offsets, from first to last in a row, that lie in `kallsyms_seqs_of_names`: a number
 * of three bytes for each symbol, the most significant first (Linux 6.2 and later, and stable
 * branches of 6.1). Undefined where there is none. Source: Linux, scripts/kallsyms.c.
 */
export function* sequenceNumbers(
  window: ReadOnlyWindow,
  from: number,
  strideInBytes: number,
): Generator<undefined, { readonly from: number; readonly to: number } | undefined, void> {
  const sample = new Uint8Array(sampleSizeInBytes);
  const end = Math.min(window.sizeInBytes, from + reachInBytes) - sampleSizeInBytes;
  let first: number | undefined;
  let last = 0;
  for (let offset = from; offset <= end; offset += strideInBytes) {
    window.readPartly(offset, sample);
    if (areSequenceNumbers(sample)) {
      first ??= offset;
      last = offset;
    } else if (first !== undefined) {
      break;
    }
    yield undefined;
  }
  return first === undefined ? undefined : { from: first, to: last };
}

/**
 * The start of the sequence numbers that end at `end`, or a page later; `end` where there are none.
 * Found by halving, so only a few of their pages are read.
 */
export function startOfNumbersBefore(window: ReadOnlyWindow, end: number): number {
  const sample = new Uint8Array(sampleSizeInBytes);
  const areNumbersAt = (offset: number) => {
    window.readPartly(offset, sample);
    return areSequenceNumbers(sample);
  };
  let high = end - sampleSizeInBytes;
  if (high < 0 || !areNumbersAt(high)) {
    return end;
  }
  let low = Math.max(0, end - longestInBytes);
  while (high - low > precisionInBytes) {
    const middle = Math.floor((low + high) / 2);
    if (areNumbersAt(middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

/**
 * Every third byte is small, and the others vary. No two symbols have one place, so hardly two
 * numbers are equal.
 */
function areSequenceNumbers(bytes: Uint8Array): boolean {
  for (let phase = 0; phase < numberSizeInBytes; phase++) {
    const numbers = new Set<number>();
    let at = phase;
    while (at + numberSizeInBytes <= bytes.length && (bytes[at] ?? 0) <= highestFirstByte) {
      numbers.add(((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0));
      at += numberSizeInBytes;
    }
    if (
      at + numberSizeInBytes > bytes.length &&
      numbers.size > (0.9 * bytes.length) / numberSizeInBytes - 2
    ) {
      return true;
    }
  }
  return false;
}
