/** Blocks of a file by their number, at most so many: those used last. */
export class BlockCache {
  readonly blockSizeInBytes: number;
  readonly #maxBlocks: number;
  /** In order of use, the least recent first. */
  readonly #blocks: Map<number, Uint8Array> = new Map();

  constructor(blockSizeInBytes: number, maxBlocks: number) {
    this.blockSizeInBytes = blockSizeInBytes;
    this.#maxBlocks = maxBlocks;
  }

  has(index: number): boolean {
    return this.#blocks.has(index);
  }

  get(index: number): Uint8Array | undefined {
    const block = this.#blocks.get(index);
    if (block !== undefined) {
      this.#blocks.delete(index);
      this.#blocks.set(index, block);
    }
    return block;
  }

  /**
   * Keeps copies of bytes that begin with the block of that number. Writes them over the blocks
   * used least recently, because new memory costs as much as the copies: a block that `get` gave
   * must not be used after this.
   */
  keep(first: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.blockSizeInBytes) {
      const index = first + at / this.blockSizeInBytes;
      const block = bytes.subarray(at, at + this.blockSizeInBytes);
      const place = this.#takeOut(index);
      if (place?.length === block.length) {
        place.set(block);
        this.#blocks.set(index, place);
      } else {
        this.#blocks.set(index, block.slice());
      }
    }
  }

  /** Makes room for that block; gives the block that was there, or that had to go. */
  #takeOut(index: number): Uint8Array | undefined {
    const own = this.#blocks.get(index);
    if (own !== undefined) {
      this.#blocks.delete(index);
      return own;
    }
    if (this.#blocks.size < this.#maxBlocks) {
      return undefined;
    }
    const [oldest] = this.#blocks;
    if (oldest !== undefined) {
      this.#blocks.delete(oldest[0]);
    }
    return oldest?.[1];
  }

  clear(): void {
    this.#blocks.clear();
  }
}
