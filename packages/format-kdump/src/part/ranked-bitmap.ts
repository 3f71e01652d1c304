import type { ByteSource } from '@vmcorekit/core';
import type { PfnRange } from '../header/header.ts';

/** 32,768 pages: 128 MiB of memory at 4 KiB. */
const blockSizeInBytes = 4096;
const blockSizeInBits: number = 8 * blockSizeInBytes;
const cachedBlocks = 256;

interface Block {
  readonly bytes: Uint8Array;
  /** The same bytes; host byte order does not matter to a population count. */
  readonly words: Uint32Array;
}

/**
 * One bitmap of a KDUMP file, least significant bit first. It stays in the file; one count of set bits a block makes `rank` quick.
 * Where the file ends within the bitmap, the bits behind read as clear and `knownBits` says where that begins.
 */
export class RankedBitmap {
  readonly sizeInBits: number;
  /** Bits from here on are missing from the file. */
  readonly knownBits: number;
  readonly #source: ByteSource;
  readonly #fileOffset: number;
  readonly #blocks: Map<number, Block> = new Map();
  #latestIndex = -1;
  #latest: Block = emptyBlock();
  /** Set bits before each block, made when first asked for. */
  #ranks: Float64Array | null = null;

  constructor(source: ByteSource, fileOffset: number, sizeInBits: number) {
    this.#source = source;
    this.#fileOffset = fileOffset;
    this.sizeInBits = sizeInBits;
    this.knownBits = Math.min(sizeInBits, 8 * Math.max(0, source.sizeInBytes - fileOffset));
  }

  has(bit: number): boolean {
    if (bit >= this.knownBits) {
      return false;
    }
    const inBlock = bit % blockSizeInBits;
    return (((this.#block((bit - inBlock) / blockSizeInBits).bytes[inBlock >>> 3] ?? 0) >>> (inBlock & 7)) & 1) === 1;
  }

  /** How many bits are set before `bit`. */
  rank(bit: number): number {
    const end = Math.min(bit, this.knownBits);
    const inBlock = end % blockSizeInBits;
    const index = (end - inBlock) / blockSizeInBits;
    const before = this.#ranksBefore()[index] ?? 0;
    return inBlock === 0 ? before : before + countBits(this.#block(index), inBlock);
  }

  /** The first bit at or after `from`, and before `to`, that is set (or clear); `to` where there is none. */
  next(isSet: boolean, from: number, to: number): number {
    const end = Math.min(to, this.knownBits);
    const skippable = isSet ? 0 : 0xff;
    let bit = from;
    while (bit < end) {
      const inBlock = bit % blockSizeInBits;
      const block = this.#block((bit - inBlock) / blockSizeInBits);
      const stop = Math.min(blockSizeInBits, inBlock + (end - bit));
      const found = nextInBlock(block, inBlock, stop, skippable);
      if (found < stop) {
        return bit - inBlock + found;
      }
      bit += stop - inBlock;
    }
    return isSet ? to : Math.min(to, Math.max(from, this.knownBits));
  }

  /** The runs of set bits within [from, to), ascending. */
  *runs(from: number, to: number): Generator<PfnRange, void, void> {
    let start = this.next(true, from, to);
    while (start < to) {
      const end = this.next(false, start, to);
      yield { start, end };
      start = this.next(true, end, to);
    }
  }

  #ranksBefore(): Float64Array {
    if (this.#ranks === null) {
      const blocks = Math.ceil(this.knownBits / blockSizeInBits);
      const ranks = new Float64Array(blocks + 1);
      let total = 0;
      for (let index = 0; index < blocks; index++) {
        ranks[index] = total;
        total += countBits(this.#block(index), Math.min(blockSizeInBits, this.knownBits - index * blockSizeInBits));
      }
      ranks[blocks] = total;
      this.#ranks = ranks;
    }
    return this.#ranks;
  }

  #block(index: number): Block {
    if (index === this.#latestIndex) {
      return this.#latest;
    }
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = emptyBlock();
      this.#source.readInto(this.#fileOffset + index * blockSizeInBytes, block.bytes);
      if (this.#blocks.size >= cachedBlocks) {
        this.#blocks.clear();
      }
      this.#blocks.set(index, block);
    }
    this.#latestIndex = index;
    this.#latest = block;
    return block;
  }
}

function emptyBlock(): Block {
  const bytes = new Uint8Array(blockSizeInBytes);
  return { bytes, words: new Uint32Array(bytes.buffer) };
}

/** Set bits among the first `bits` of a block. */
function countBits(block: Block, bits: number): number {
  const words = bits >>> 5;
  let count = 0;
  for (let index = 0; index < words; index++) {
    count += popcount(block.words[index] ?? 0);
  }
  for (let byte = words * 4; byte < bits >>> 3; byte++) {
    count += popcount(block.bytes[byte] ?? 0);
  }
  return (bits & 7) === 0 ? count : count + popcount((block.bytes[bits >>> 3] ?? 0) & ((1 << (bits & 7)) - 1));
}

/** Hacker's Delight, section 5-1. */
function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

function nextInBlock(block: Block, from: number, to: number, skippable: number): number {
  let bit = from;
  while (bit < to) {
    const byte = block.bytes[bit >>> 3] ?? 0;
    if (byte === skippable) {
      bit = (bit | 7) + 1;
      continue;
    }
    if ((((byte ^ skippable) >>> (bit & 7)) & 1) === 1) {
      return bit;
    }
    bit++;
  }
  return to;
}
