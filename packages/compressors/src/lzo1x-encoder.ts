import { farthestMatch, Lzo1xWriter } from './lzo1x-writer.ts';

/**
 * Matches are found by four equal bytes. The format also has shorter ones, but they gain little on
 * memory and cost a second table.
 */
const shortestMatch = 4;
/** 8,192 slots of four bytes fill the usual first-level cache. */
const tableBits = 13;
/**
 * 2^32 divided by the golden ratio: spreads words over the table by their high bits (Knuth, TAOCP
 * 3, 6.4).
 */
const multiplier = 0x9e3779b1;
/**
 * The longer no match is found, the wider the steps of the search, by a byte for each 32: so noise
 * costs little.
 */
const hastenShift = 5;
/** Keeps positions plus base small integers of the JavaScript engine. */
const baseLimit = 2 ** 29;

/**
 * Encodes LZO1X, which is what dumps call lzo. Keeps its tables and buffers from one page to the
 * next: nothing is allocated for a page unless it is the longest so far.
 */
export class Lzo1xEncoder {
  readonly #table: Int32Array = new Int32Array(1 << tableBits);
  /**
   * A slot holds a position plus a base. A value below the base is from an earlier page, so the
   * table needs no clearing.
   */
  #base = 1;
  #capacityInBytes = 0;
  /** The input, with room after it for reads of four bytes. */
  #input: Uint8Array = new Uint8Array(4);
  #view: DataView = new DataView(this.#input.buffer);
  #writer: Lzo1xWriter = new Lzo1xWriter(0);

  /**
   * Encodes all of `input` into the start of `output`. Returns the number of bytes written. Where
   * they do not fit, returns -1 and writes nothing.
   */
  encode(input: Uint8Array, output: Uint8Array): number {
    this.#begin(input);
    const [table, view, base, writer] = [this.#table, this.#view, this.#base, this.#writer];
    const lastWordAt = input.length - shortestMatch;
    let literalsFrom = 0;
    // The first four bytes are always literals: a first run of one to three changes the meaning of
    // what follows.
    let at = 4;
    while (at <= lastWordAt) {
      const word = view.getInt32(at, true);
      const slot = Math.imul(word, multiplier) >>> (32 - tableBits);
      const candidate = (table[slot] as number) - base;
      table[slot] = at + base;
      if (
        candidate < 0 ||
        at - candidate > farthestMatch ||
        view.getInt32(candidate, true) !== word
      ) {
        at += 1 + ((at - literalsFrom) >> hastenShift);
        continue;
      }
      const end = endOfMatch(view, candidate + shortestMatch, at + shortestMatch, input.length);
      writer.literals(view, literalsFrom, at);
      writer.match(at - candidate, end - at);
      if (writer.sizeInBytes > output.length) {
        return -1;
      }
      at = end;
      literalsFrom = end;
    }
    writer.literals(view, literalsFrom, input.length);
    writer.end();
    if (writer.sizeInBytes > output.length) {
      return -1;
    }
    writer.copyTo(output);
    return writer.sizeInBytes;
  }

  #begin(input: Uint8Array): void {
    this.#base += this.#capacityInBytes;
    if (this.#base > baseLimit) {
      this.#table.fill(0);
      this.#base = 1;
    }
    if (input.length > this.#capacityInBytes) {
      this.#capacityInBytes = input.length;
      this.#input = new Uint8Array(input.length + 4);
      this.#view = new DataView(this.#input.buffer);
      this.#writer = new Lzo1xWriter(input.length);
    }
    this.#input.set(input);
    this.#writer.begin();
  }
}

/**
 * How far two stretches are equal. `at` moves to the first byte that differs from the one at
 * `earlier`, or to `end`.
 */
function endOfMatch(view: DataView, earlier: number, at: number, end: number): number {
  const distance = at - earlier;
  for (let next = at; next < end; next += 4) {
    const difference = view.getInt32(next, true) ^ view.getInt32(next - distance, true);
    if (difference !== 0) {
      // The lowest set bit lies in the first byte that differs.
      return Math.min(end, next + ((31 - Math.clz32(difference & -difference)) >> 3));
    }
  }
  return end;
}
