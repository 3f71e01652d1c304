import { type Matcher, matcherOf } from './matcher.ts';
import type { FindPattern } from './pattern.ts';

/** As much as a processor's own cache holds. */
const windowInBytes = 256 * 1024;
/** The window begins at multiples of it, so that what is aligned in memory is aligned in it. */
const alignment = 64;

/**
 * A window that slides over memory, ascending, and finds a pattern in it, also across what comes in
 * two pieces. Addresses are numbers in the space searched, from any base that is a multiple of 64.
 */
export class SlidingWindow {
  readonly #bytes: Uint8Array;
  readonly #matcher: Matcher;
  readonly #patternLength: number;
  readonly #isOfZeros: boolean;
  readonly #onMatch: (address: number) => boolean;
  /** Of index 0. */
  #address = 0;
  /** Where matches may begin that were not reported, as an index. */
  #from = 0;
  /** The end of what is held, as an index. */
  #to = 0;
  #isEnded = false;

  /** `onMatch` says whether to go on. A window has to hold two patterns and 128 bytes. */
  constructor(
    pattern: FindPattern,
    onMatch: (address: number) => boolean,
    sizeInBytes: number = windowInBytes,
  ) {
    this.#bytes = new Uint8Array(sizeInBytes);
    this.#matcher = matcherOf(pattern);
    this.#patternLength = pattern.bytes.length;
    this.#isOfZeros = pattern.bytes.every((byte) => byte === 0);
    this.#onMatch = onMatch;
  }

  /** `onMatch` said that it is enough. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What comes next does not follow what came before, but begins at an address. */
  jump(address: number): void {
    this.flush();
    this.#address = address - (address % alignment);
    this.#from = address - this.#address;
    this.#to = this.#from;
  }

  /** Room for what comes next, at most so many bytes; `take` says how many of them were filled. */
  room(lengthInBytes: number): Uint8Array {
    if (this.#to === this.#bytes.length) {
      this.flush();
    }
    return this.#bytes.subarray(this.#to, this.#to + lengthInBytes);
  }

  take(lengthInBytes: number): void {
    this.#to += lengthInBytes;
  }

  /** So many bytes that are zero. A long stretch of them is passed over. */
  zeros(lengthInBytes: number): void {
    const worthLooking = 2 * this.#bytes.length;
    let left = lengthInBytes;
    if (left > worthLooking && !this.#isOfZeros) {
      this.#fill(this.#patternLength);
      const address = this.#address + this.#to + left - 2 * this.#patternLength;
      left = this.#patternLength;
      this.jump(address);
    }
    this.#fill(left);
  }

  /** Looks through all that is held, and keeps what a match may begin in. */
  flush(): void {
    if (this.#isEnded) {
      return;
    }
    const last = this.#to - this.#patternLength;
    if (this.#from <= last) {
      this.#matcher(this.#bytes.subarray(0, this.#to), this.#from, (index) => {
        this.#isEnded = !this.#onMatch(this.#address + index);
        return !this.#isEnded;
      });
      this.#from = last + 1;
    }
    const kept = this.#from - (this.#from % alignment);
    this.#bytes.copyWithin(0, kept, this.#to);
    this.#address += kept;
    this.#from -= kept;
    this.#to -= kept;
  }

  #fill(lengthInBytes: number): void {
    for (let left = lengthInBytes; left > 0 && !this.#isEnded; ) {
      const room = this.room(left);
      room.fill(0);
      this.take(room.length);
      left -= room.length;
    }
  }
}
