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

  /** Keeps copies of bytes that begin with the block of that number. */
  keep(first: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.blockSizeInBytes) {
      const index = first + at / this.blockSizeInBytes;
      this.#blocks.delete(index);
      this.#blocks.set(index, bytes.slice(at, at + this.blockSizeInBytes));
    }
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= this.#maxBlocks) {
        break;
      }
      this.#blocks.delete(oldest);
    }
  }

  clear(): void {
    this.#blocks.clear();
  }
}
