import { isZero } from '../../is-zero.ts';
import type { PhysicalMemory, PhysicalRange } from '../../physical-memory.ts';
import { tryRead } from '../../unreadable.ts';
import type { Stretch } from './memory-look.ts';

/** The smallest page of any kernel. */
const pageSizeInBytes = 4096;
const wordSizeInBytes = 4;
/** A compressed page takes dozens of microseconds, so this takes a few milliseconds. */
export const chunkSizeInBytes: number = 128 * 1024;

/** Reads memory chunk by chunk into one buffer, and cuts it into stretches. */
export class StretchReader {
  readonly #memory: PhysicalMemory;
  readonly #bytes: Uint8Array = new Uint8Array(chunkSizeInBytes);
  readonly #words: Uint32Array = new Uint32Array(this.#bytes.buffer);

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** The first part of stored memory: whole pages, or the rest of one. */
  chunkOf({ start, end }: PhysicalRange): PhysicalRange {
    const inPage = start % pageSizeInBytes;
    const lengthInBytes = inPage === 0 ? chunkSizeInBytes : pageSizeInBytes - inPage;
    return { start, end: Math.min(end, start + lengthInBytes) };
  }

  /** Passes over what cannot be read, page by page. Throws what reading throws else. */
  look({ start, end }: PhysicalRange, use: (stretch: Stretch) => void): void {
    if (this.#isRead(start, end)) {
      this.#cut(start, end, use);
      return;
    }
    const step = Math.min(pageSizeInBytes, this.#memory.pageSizeInBytes);
    for (let page = start; page < end; ) {
      const pageEnd = Math.min(end, page - (page % step) + step);
      if (this.#isRead(page, pageEnd)) {
        this.#cut(page, pageEnd, use);
      }
      page = pageEnd;
    }
  }

  /** Not `tryReadInto`, which asks for the state of each page: these are stored. */
  #isRead(start: number, end: number): boolean {
    const target = this.#bytes.subarray(0, end - start);
    return (
      tryRead(() => {
        this.#memory.readInto(start, target);
        return true;
      }) === true
    );
  }

  /** Calls with each run of pages that are all zeros, or are not. */
  #cut(start: number, end: number, use: (stretch: Stretch) => void): void {
    const length = end - start;
    let from = 0;
    let isZeros = this.#isZero(0, Math.min(length, pageSizeInBytes));
    for (let page = pageSizeInBytes; page < length; page += pageSizeInBytes) {
      const isNextZero = this.#isZero(page, Math.min(length, page + pageSizeInBytes));
      if (isNextZero !== isZeros) {
        use(this.#stretch(start, from, page, isZeros));
        from = page;
        isZeros = isNextZero;
      }
    }
    use(this.#stretch(start, from, length, isZeros));
  }

  /** Most pages differ in their first words. */
  #isZero(from: number, to: number): boolean {
    const word = from / wordSizeInBytes;
    return (
      (this.#words[word] === 0 || to - from < wordSizeInBytes) &&
      isZero(this.#bytes.subarray(from, to))
    );
  }

  #stretch(start: number, from: number, to: number, isZeros: boolean): Stretch {
    const isWhole = from === 0 && to === chunkSizeInBytes;
    const address = start + from;
    const beforePage = (pageSizeInBytes - (address % pageSizeInBytes)) % pageSizeInBytes;
    return {
      address,
      firstPage: Math.min(to - from, beforePage),
      bytes: isWhole ? this.#bytes : this.#bytes.subarray(from, to),
      words: isWhole
        ? this.#words
        : this.#words.subarray(from / wordSizeInBytes, Math.floor(to / wordSizeInBytes)),
      isZero: isZeros,
    };
  }
}
