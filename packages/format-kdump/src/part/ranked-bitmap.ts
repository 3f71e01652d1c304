import { type ByteSource, firstLostIn } from '@vmcorekit/core';
import type { PfnRange } from '../header/header.ts';

/** 32,768 pages: 128 MiB of memory at 4 KiB. */
const blockSizeInBytes = 4096;
const blockSizeInBits: number = 8 * blockSizeInBytes;
const cachedBlocks = 256;
/** 32 TiB of memory, counted in about a second. Hostile files claim more. */
const quicklyCountedBits: number = 2 ** 33;

/** Within a block, bits are counted ahead in stretches of this size. */
const stretchSizeInBits = 512;

interface Block {
  readonly bytes: Uint8Array;
  /**
   * The same bytes as words. Host byte order affects neither a population count nor a search for 0
   * and all ones.
   */
  readonly words: Uint32Array;
  /**
   * Set bits of the block before each stretch, and at the end of all of it; null until first
   * needed.
   */
  counts: Uint16Array | null;
}

/**
 * One bitmap of a KDUMP file, least significant bit first. It stays in the file; a count of set
 * bits for each block makes `rank` quick. Where the file ends within the bitmap, or has lost a part
 * of it, the bits after that cannot be counted and read as clear. `knownBits` says where that
 * begins.
 */
export class RankedBitmap {
  readonly sizeInBits: number;
  /** Bits from here on are missing from the file, or come after some that are. */
  readonly knownBits: number;
  readonly #source: ByteSource;
  readonly fileOffset: number;
  readonly #blocks: Map<number, Block> = new Map();
  #latestIndex = -1;
  #latest: Block = emptyBlock();
  /** Set bits before each block, as far as counted; allocated when first needed. */
  #ranks: Float64Array | null = null;
  /** The number of blocks counted. */
  #rankedBlocks = 0;

  constructor(source: ByteSource, fileOffset: number, sizeInBits: number) {
    this.#source = source;
    this.fileOffset = fileOffset;
    this.sizeInBits = sizeInBits;
    const knownTo =
      firstLostIn(source, fileOffset, Math.ceil(sizeInBits / 8)) ?? source.sizeInBytes;
    this.knownBits = Math.min(sizeInBits, 8 * Math.max(0, knownTo - fileOffset));
  }

  /** Whether all of it may be counted before any page is asked for. */
  get isQuicklyCounted(): boolean {
    return this.sizeInBits <= quicklyCountedBits;
  }

  has(bit: number): boolean {
    if (bit >= this.knownBits) {
      return false;
    }
    const inBlock = bit % blockSizeInBits;
    return (
      (((this.#block((bit - inBlock) / blockSizeInBits).bytes[inBlock >>> 3] ?? 0) >>>
        (inBlock & 7)) &
        1) ===
      1
    );
  }

  /** The number of bits set before `bit`. */
  rank(bit: number): number {
    const end = Math.min(bit, this.knownBits);
    const inBlock = end % blockSizeInBits;
    const index = (end - inBlock) / blockSizeInBits;
    const before = this.#rankBefore(index);
    return inBlock === 0 ? before : before + countBefore(this.#block(index), inBlock);
  }

  /** The first bit in [from, to) that is set (or clear); `to` where there is none. */
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

  /**
   * Set bits before a block. Counts no further than asked for, because a hostile file may claim a
   * bitmap of any size.
   */
  #rankBefore(index: number): number {
    this.#ranks ??= new Float64Array(Math.ceil(this.knownBits / blockSizeInBits) + 1);
    for (; this.#rankedBlocks < index; this.#rankedBlocks++) {
      const at = this.#rankedBlocks;
      const sizeInBits = Math.min(blockSizeInBits, this.knownBits - at * blockSizeInBits);
      this.#ranks[at + 1] = (this.#ranks[at] ?? 0) + countBits(this.#block(at), 0, sizeInBits);
    }
    return this.#ranks[index] ?? 0;
  }

  #block(index: number): Block {
    if (index === this.#latestIndex) {
      return this.#latest;
    }
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = emptyBlock();
      this.#source.readInto(this.fileOffset + index * blockSizeInBytes, block.bytes);
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
  return { bytes, words: new Uint32Array(bytes.buffer), counts: null };
}

/** Set bits of a block before one of its bits. */
function countBefore(block: Block, bit: number): number {
  block.counts ??= countStretches(block);
  const stretch = Math.floor(bit / stretchSizeInBits);
  return (block.counts[stretch] ?? 0) + countBits(block, stretch * stretchSizeInBits, bit);
}

function countStretches(block: Block): Uint16Array {
  const counts = new Uint16Array(blockSizeInBits / stretchSizeInBits + 1);
  for (let stretch = 0; stretch < counts.length - 1; stretch++) {
    const from = stretch * stretchSizeInBits;
    counts[stretch + 1] = (counts[stretch] ?? 0) + countBits(block, from, from + stretchSizeInBits);
  }
  return counts;
}

/**
 * Set bits of [from, to) in a block; `from` is a multiple of 32. Most words are full or empty, and
 * opening a dump counts them all.
 */
function countBits({ words, bytes }: Block, from: number, to: number): number {
  let count = 0;
  for (let index = from >>> 5; index < to >>> 5; index++) {
    const word = words[index] ?? 0;
    count += word === 0xffff_ffff ? 32 : word === 0 ? 0 : popcount(word);
  }
  for (let byte = (to >>> 5) * 4; byte < to >>> 3; byte++) {
    count += popcount(bytes[byte] ?? 0);
  }
  return (to & 7) === 0 ? count : count + popcount((bytes[to >>> 3] ?? 0) & ((1 << (to & 7)) - 1));
}

/** Hacker's Delight, section 5-1. */
function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

/**
 * The first bit of [from, to) in a block whose byte is not `skippable` (0 or 0xff); `to` where
 * there is none.
 */
function nextInBlock(block: Block, from: number, to: number, skippable: number): number {
  const skippableWord = skippable === 0 ? 0 : 0xffffffff;
  let bit = from;
  while (bit < to) {
    if ((bit & 31) === 0 && block.words[bit >>> 5] === skippableWord) {
      bit += 32;
    } else if (block.bytes[bit >>> 3] === skippable) {
      bit = (bit | 7) + 1;
    } else if (((((block.bytes[bit >>> 3] ?? 0) ^ skippable) >>> (bit & 7)) & 1) === 1) {
      return bit;
    } else {
      bit++;
    }
  }
  return to;
}
