/** 64 MiB of pages of 4 KiB, more than the image of any kernel. A power of two. */
const defaultSlots = 16_384;

const word: BigUint64Array = new BigUint64Array(1);
const halves: Uint32Array = new Uint32Array(word.buffer);
const [lowHalf, highHalf] =
  new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? ([0, 1] as const) : ([1, 0] as const);

/**
 * Where virtual pages of one size lie. Pages with the same low bits share one slot, as in a
 * processor's TLB. Addresses are taken apart in one scratch word: bigint shifts and a Map over
 * bigints took longer than the rest of a lookup.
 */
export class TranslationCache {
  /** The page number in each slot, plus one; 0 for an empty slot. */
  readonly #holders: Float64Array;
  readonly #physicalAddresses: Float64Array;
  readonly #bits: number;
  readonly #slots: number;

  /** Pages have 2^`bits` bytes, at least 4 KiB. `slots` is a power of two. */
  constructor(bits: number = 12, slots: number = defaultSlots) {
    this.#bits = bits;
    this.#slots = slots;
    this.#holders = new Float64Array(slots);
    this.#physicalAddresses = new Float64Array(slots);
  }

  /** The physical address, or -1 where the page is not cached. */
  get(virtualAddress: bigint): number {
    word[0] = virtualAddress;
    if (word[0] !== virtualAddress) {
      return -1;
    }
    const low = halves[lowHalf] ?? 0;
    const number = low >>> this.#bits;
    const slot = number & (this.#slots - 1);
    return this.#holders[slot] === holderOf(number)
      ? (this.#physicalAddresses[slot] ?? 0) + (low - number * 2 ** this.#bits)
      : -1;
  }

  /** Caches where the byte at a 64-bit virtual address lies. */
  set(virtualAddress: bigint, physicalAddress: number): void {
    word[0] = virtualAddress;
    const low = halves[lowHalf] ?? 0;
    const number = low >>> this.#bits;
    const slot = number & (this.#slots - 1);
    this.#holders[slot] = holderOf(number);
    this.#physicalAddresses[slot] = physicalAddress - (low - number * 2 ** this.#bits);
  }
}

/**
 * What stands for the page of the address in the scratch word, whose low half has this number.
 * Exact, because a number of a page has at most 20 bits, and the whole at most 52.
 */
function holderOf(number: number): number {
  return (halves[highHalf] ?? 0) * 0x10_0000 + number + 1;
}
