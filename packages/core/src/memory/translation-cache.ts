/** 64 MiB of pages, more than the image of any kernel. A power of two. */
const slots = 16_384;

const word: BigUint64Array = new BigUint64Array(1);
const halves: Uint32Array = new Uint32Array(word.buffer);
const [lowHalf, highHalf] =
  new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? ([0, 1] as const) : ([1, 0] as const);

/**
 * Where virtual pages of 4 KiB lie. Pages with the same low bits share one slot, as in a
 * processor's TLB. Addresses are taken apart in one scratch word: bigint shifts and a Map over
 * bigints took longer than the rest of a lookup.
 */
export class TranslationCache {
  /** The page number in each slot, plus one; 0 for an empty slot. */
  readonly #holders: Float64Array = new Float64Array(slots);
  readonly #physicalAddresses: Float64Array = new Float64Array(slots);

  /** The physical address, or -1 where the page is not cached. */
  get(virtualAddress: bigint): number {
    word[0] = virtualAddress;
    if (word[0] !== virtualAddress) {
      return -1;
    }
    const low = halves[lowHalf] ?? 0;
    const slot = (low >>> 12) % slots;
    return this.#holders[slot] === holderOf(low)
      ? (this.#physicalAddresses[slot] ?? 0) + (low & 0xfff)
      : -1;
  }

  /** Caches where the byte at a 64-bit virtual address lies. */
  set(virtualAddress: bigint, physicalAddress: number): void {
    word[0] = virtualAddress;
    const low = halves[lowHalf] ?? 0;
    const slot = (low >>> 12) % slots;
    this.#holders[slot] = holderOf(low);
    this.#physicalAddresses[slot] = physicalAddress - (low & 0xfff);
  }
}

/** The page number of the address in the scratch word. Exact, because it has 52 bits. */
function holderOf(low: number): number {
  return (halves[highHalf] ?? 0) * 0x10_0000 + (low >>> 12) + 1;
}
