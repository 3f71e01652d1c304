/** The bytes of one block, and the number of callbacks that use them. */
export interface Block {
  readonly bytes: Uint8Array;
  /** While it is not 0, the block is not reused. */
  viewers: number;
}

interface Slot extends Block {
  key: number;
  wasUsed: boolean;
}

/**
 * Caches the blocks used last, in buffers that are reused: allocating a buffer costs as much as
 * reading a block. A hit is one Map lookup. The clock algorithm picks the block to evict, and skips
 * blocks with live views. When an evicted block soon comes back, the caller uses more than the
 * cache holds: then the cache grows, up to a limit. A scan through a dump never makes it grow, so
 * it stays within the processor's own cache.
 */
export class BlockCache {
  readonly #blockSizeInBytes: number;
  readonly #mostSlots: number;
  #slotLimit: number;
  readonly #slots: Slot[] = [];
  readonly #slotOf: Map<number, Slot> = new Map();
  /** Keys evicted last, as many as the cache could hold. */
  readonly #evicted: Set<number> = new Set();
  #hand = 0;

  constructor(blockSizeInBytes: number, slotLimit: number, mostSlots: number) {
    this.#blockSizeInBytes = blockSizeInBytes;
    this.#slotLimit = slotLimit;
    this.#mostSlots = mostSlots;
  }

  held(key: number): Block | undefined {
    const slot = this.#slotOf.get(key);
    if (slot !== undefined) {
      slot.wasUsed = true;
    }
    return slot;
  }

  /**
   * Adds a block for a key that is not cached, filled by `fill`. When that throws, nothing stays in
   * the cache.
   */
  filled(key: number, fill: (target: Uint8Array) => void): Block {
    if (this.#evicted.delete(key) && this.#slotLimit < this.#mostSlots) {
      this.#slotLimit++;
    }
    const slot = this.#freeSlot();
    fill(slot.bytes);
    slot.key = key;
    slot.wasUsed = true;
    this.#slotOf.set(key, slot);
    return slot;
  }

  clear(): void {
    this.#slots.length = 0;
    this.#slotOf.clear();
  }

  #freeSlot(): Slot {
    if (this.#slots.length >= this.#slotLimit) {
      for (let tries = 2 * this.#slots.length; tries > 0; tries--) {
        const slot = this.#slots[this.#hand];
        this.#hand = (this.#hand + 1) % this.#slots.length;
        if (slot !== undefined && slot.viewers === 0) {
          if (!slot.wasUsed) {
            this.#forget(slot);
            return slot;
          }
          slot.wasUsed = false;
        }
      }
    }
    const slot = {
      bytes: new Uint8Array(this.#blockSizeInBytes),
      viewers: 0,
      key: -1,
      wasUsed: false,
    };
    this.#slots.push(slot);
    return slot;
  }

  #forget(slot: Slot): void {
    this.#slotOf.delete(slot.key);
    this.#evicted.add(slot.key);
    if (this.#evicted.size > this.#mostSlots) {
      this.#evicted.delete(oldestOf(this.#evicted));
    }
    slot.key = -1;
  }
}

/** Works because a Set keeps the order of insertion. */
function oldestOf(keys: ReadonlySet<number>): number {
  const [oldest = -1] = keys;
  return oldest;
}
