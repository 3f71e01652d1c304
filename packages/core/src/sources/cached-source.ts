import type { ByteRange, ByteSource } from '../byte-source.ts';
import { isVmcorekitError } from '../errors.ts';

interface Block {
  readonly bytes: Uint8Array;
  length: number;
}

const usualBlockSizeInBytes = 64 * 1024;
const usualCacheSizeInBytes: number = 16 * 1024 * 1024;

/**
 * Caches the blocks read last, so that many small reads near each other cost one large read. Its
 * block size is what the inner source prefers. A read of more than one uncached block bypasses the
 * cache.
 */
export class CachedSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #inner: ByteSource;
  readonly #blockSizeInBytes: number;
  readonly #maxBlocksAtFirst: number;
  /** In order of use, the least recent first. */
  readonly #blocks: Map<number, Block> = new Map();

  constructor(
    inner: ByteSource,
    blockSizeInBytes: number = inner.preferredReadInBytes ?? usualBlockSizeInBytes,
    maxBlocksAtFirst: number = Math.max(1, Math.floor(usualCacheSizeInBytes / blockSizeInBytes)),
  ) {
    this.name = inner.name;
    this.sizeInBytes = inner.sizeInBytes;
    this.preferredReadInBytes = inner.preferredReadInBytes;
    this.#inner = inner;
    this.#blockSizeInBytes = blockSizeInBytes;
    this.#maxBlocksAtFirst = maxBlocksAtFirst;
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const at = offset + done;
      const blockIndex = Math.floor(at / this.#blockSizeInBytes);
      const inBlock = at - blockIndex * this.#blockSizeInBytes;
      if (target.length - done > this.#blockSizeInBytes && !this.#blocks.has(blockIndex)) {
        return done + this.#inner.readInto(at, target.subarray(done));
      }
      const block = this.#block(blockIndex);
      if (block === undefined) {
        const left = Math.min(target.length - done, this.#blockSizeInBytes - inBlock);
        const got = this.#inner.readInto(at, target.subarray(done, done + left));
        done += got;
        if (got < left) {
          return done;
        }
        continue;
      }
      const end = Math.min(block.length, inBlock + target.length - done);
      if (end <= inBlock) {
        return done;
      }
      target.set(block.bytes.subarray(inBlock, end), done);
      done += end - inBlock;
    }
    return done;
  }

  willRead(ranges: readonly ByteRange[]): void {
    this.#inner.willRead?.(ranges);
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.#inner.lostRanges?.(offset, lengthInBytes) ?? [];
  }

  /** Undefined where a part of it cannot be decoded: the part that is asked for perhaps can. */
  #block(index: number): Block | undefined {
    let block = this.#blocks.get(index);
    if (block !== undefined) {
      this.#blocks.delete(index);
    } else {
      block = this.#recycled();
      block.length = 0;
      try {
        block.length = this.#inner.readInto(index * this.#blockSizeInBytes, block.bytes);
      } catch (error) {
        if (isVmcorekitError(error, 'bad-data')) {
          return undefined;
        }
        throw error;
      }
    }
    this.#blocks.set(index, block);
    return block;
  }

  #recycled(): Block {
    if (this.#blocks.size >= this.#maxBlocksAtFirst) {
      for (const [oldest, block] of this.#blocks) {
        this.#blocks.delete(oldest);
        return block;
      }
    }
    return { bytes: new Uint8Array(this.#blockSizeInBytes), length: 0 };
  }

  [Symbol.dispose](): void {
    this.#blocks.clear();
    this.#inner[Symbol.dispose]();
  }
}
