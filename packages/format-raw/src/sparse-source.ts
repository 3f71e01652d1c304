import { type ByteRange, type ByteSource, isZero } from '@vmcorekit/core';

/** A hole of a sparse file is at least a block of the file system; fewer bits are kept so. */
export const blockSizeInBytes: number = 64 * 1024;
const pageSizeInBytes = 4096;
/** 16 MiB of bits: those of the first 8 TiB. Sparse files may be larger, whatever they hold. */
const maxBytesOfBits: number = 16 * 1024 * 1024;

/**
 * Remembers which blocks of a file are zero, once they were read: most of a sparse file is, Node
 * does not say where its holes are, and a search passes over memory several times. Owns the source.
 */
export class SparseSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #source: ByteSource;
  /** A bit for each block; 1 where it is known to be zero. */
  readonly #zero: Uint8Array;

  constructor(source: ByteSource) {
    this.name = source.name;
    this.sizeInBytes = source.sizeInBytes;
    this.preferredReadInBytes = source.preferredReadInBytes;
    this.#source = source;
    this.#zero = new Uint8Array(
      Math.min(maxBytesOfBits, Math.ceil(source.sizeInBytes / blockSizeInBytes / 8)),
    );
  }

  /** Whether the block was read before and is zero. */
  isKnownZero(block: number): boolean {
    return block < this.#bitCount && ((this.#zero[block >>> 3] ?? 0) & (1 << (block & 7))) !== 0;
  }

  /** The first block from this one on that was read before and is zero; `Infinity` for none. */
  nextKnownZero(block: number): number {
    for (let next = block; next < this.#bitCount; ) {
      const bits = (this.#zero[next >>> 3] ?? 0) >>> (next & 7);
      if (bits !== 0) {
        return next + 31 - Math.clz32(bits & -bits);
      }
      next += 8 - (next & 7);
    }
    return Infinity;
  }

  /** So many blocks from the first on have a bit. */
  get #bitCount(): number {
    return 8 * this.#zero.length;
  }

  readInto(offset: number, target: Uint8Array): number {
    const end = Math.min(offset + target.length, this.sizeInBytes);
    const first = Math.floor(offset / blockSizeInBytes);
    const last = Math.floor((end - 1) / blockSizeInBytes);
    let isZeros = offset < end;
    for (let block = first; isZeros && block <= last; block++) {
      isZeros = this.isKnownZero(block);
    }
    if (isZeros) {
      target.fill(0, 0, end - offset);
      return end - offset;
    }
    const got = this.#source.readInto(offset, target);
    for (let block = Math.ceil(offset / blockSizeInBytes); block <= last; block++) {
      const from = block * blockSizeInBytes - offset;
      const to = Math.min(from + blockSizeInBytes, this.sizeInBytes - offset);
      if (to <= got && block < this.#bitCount && isZeroBlock(target.subarray(from, to))) {
        this.#zero[block >>> 3] = (this.#zero[block >>> 3] ?? 0) | (1 << (block & 7));
      }
    }
    return got;
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.#source.lostRanges?.(offset, lengthInBytes) ?? [];
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}

/** By pages, for which `isZero` is fastest; most blocks with data differ in the first. */
function isZeroBlock(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += pageSizeInBytes) {
    if (!isZero(bytes.subarray(at, at + pageSizeInBytes))) {
      return false;
    }
  }
  return true;
}
