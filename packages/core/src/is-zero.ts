/** Node's own comparison, where it exists: it compares a page at memory speed. */
const compareBytes: ((one: Uint8Array, other: Uint8Array) => number) | undefined = (
  globalThis as {
    readonly Buffer?: {
      readonly compare: (this: void, one: Uint8Array, other: Uint8Array) => number;
    };
  }
).Buffer?.compare;
/** A page of most machines. */
const zeros: Uint8Array = new Uint8Array(4096);

/**
 * Whether all bytes are zero. Returns early at the first that is not. For a zero page of 4 KiB
 * outside every cache it takes 0.25 µs where bytes can be compared at once, 0.8 µs by 32 bytes a
 * turn, 3 µs byte by byte. Half of a guest's pages are zero.
 */
export function isZero(bytes: Uint8Array): boolean {
  if (compareBytes !== undefined && bytes.length === zeros.length) {
    return compareBytes(bytes, zeros) === 0;
  }
  if (bytes.length < 4) {
    return isZeroFrom(bytes, 0, bytes.length);
  }
  const wordsFrom = -bytes.byteOffset & 3;
  const wordCount = (bytes.length - wordsFrom) >>> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + wordsFrom, wordCount);
  let at = 0;
  for (; at + 8 <= wordCount; at += 8) {
    if (eight(words, at) !== 0) {
      return false;
    }
  }
  return (
    isZeroFrom(words, at, wordCount) &&
    isZeroFrom(bytes, 0, wordsFrom) &&
    isZeroFrom(bytes, wordsFrom + 4 * wordCount, bytes.length)
  );
}

/** Eight words together. The caller keeps the index in bounds. */
function eight(words: Int32Array, at: number): number {
  const word = (index: number): number => words[at + index] as number;
  return word(0) | word(1) | word(2) | word(3) | word(4) | word(5) | word(6) | word(7);
}

function isZeroFrom(values: Uint8Array | Int32Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    if (values[index] !== 0) {
      return false;
    }
  }
  return true;
}
