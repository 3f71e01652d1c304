import { latin1Bytes } from '@vmcorekit/core';

const wordSizeInBytes = 4;

/** Four characters as a word of this computer, for which typed arrays are searched at once. */
export function wordOf(text: string): number {
  return new Uint32Array(latin1Bytes(text).slice(0, wordSizeInBytes).buffer)[0] ?? 0;
}

/** The offsets in bytes at which a word stands among words. */
export function* findWord(words: Uint32Array, word: number): Generator<number, void, void> {
  for (let at = words.indexOf(word); at >= 0; at = words.indexOf(word, at + 1)) {
    yield at * wordSizeInBytes;
  }
}

/** The words of bytes, without a rest at the end; a copy where the bytes are not aligned. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset } =
    bytes.byteOffset % wordSizeInBytes === 0 ? bytes : Uint8Array.from(bytes);
  return new Uint32Array(buffer, byteOffset, Math.floor(bytes.length / wordSizeInBytes));
}
