import {
  type CreateHash,
  isHeld,
  isVmcorekitError,
  isZero,
  type PhysicalMemory,
  type PhysicalRange,
  pagesOf,
} from '@vmcorekit/core';
import { blockInBytes } from './block-starts.ts';

/** How many bytes are in each state that a digest distinguishes. */
export interface DigestedBytes {
  /** Stored, or known to be zero: these are hashed. */
  readonly held: number;
  readonly excluded: number;
  readonly corrupt: number;
}

/**
 * Hashes blocks of memory. The digest of a block is the SHA-256 of its runs, ascending: each is a
 * longest stretch of bytes that the dump holds, as its offset in the block and its length (32 bits
 * each, little endian) and then its bytes. A zero page is zero bytes, wherever a format keeps it.
 * Bytes that are excluded, absent or corrupt are in no run.
 */
export class BlockHasher {
  readonly #memory: PhysicalMemory;
  readonly #createHash: CreateHash;
  readonly #block: Uint8Array = new Uint8Array(blockInBytes);
  readonly #bytes: Record<keyof DigestedBytes, number> = { held: 0, excluded: 0, corrupt: 0 };
  /** Of the current block, as offsets in it. */
  #runs: PhysicalRange[] = [];
  /** Of a whole block of zeros: half of a guest's memory. */
  #zeroDigest: Uint8Array | undefined;

  constructor(memory: PhysicalMemory, createHash: CreateHash) {
    this.#memory = memory;
    this.#createHash = createHash;
  }

  /** Of all blocks so far. */
  get bytes(): DigestedBytes {
    return { ...this.#bytes };
  }

  /** Undefined for a block of which nothing is held. */
  digest(start: number): Uint8Array | undefined {
    this.#runs = [];
    let isAllZero = true;
    for (const piece of this.#memory.pieces(start, start + blockInBytes)) {
      const { state } = piece;
      if (isHeld(state)) {
        isAllZero &&= state === 'zero';
        this.#take(start, piece, state);
      } else if (state !== 'absent') {
        this.#bytes[state] += piece.end - piece.start;
      }
    }
    const [first] = this.#runs;
    if (first === undefined) {
      return undefined;
    }
    const isWhole = first.end - first.start === blockInBytes;
    if (!isWhole || !(isAllZero || isZero(this.#block))) {
      return this.#hash();
    }
    this.#zeroDigest ??= this.#hash();
    return this.#zeroDigest;
  }

  /**
   * Where to go on after a block of which nothing is held. Counts the blocks that are passed over,
   * because the file has no bytes for them either: a header can state petabytes of them.
   */
  skip(start: number, endOfRange: number): number {
    const next = start + blockInBytes;
    const alike = Math.min(endOfRange, this.#memory.bytelessUntil?.(start) ?? 0);
    const end = alike - (alike % blockInBytes);
    if (end <= next) {
      return next;
    }
    const [piece] = this.#memory.pieces(start, next);
    const state = piece?.state;
    if (state === 'excluded' || state === 'corrupt') {
      this.#bytes[state] += end - next;
    }
    return end;
  }

  /** Page by page, for one that cannot be read is no reason to lose the others. */
  #take(blockStart: number, piece: PhysicalRange, state: 'stored' | 'zero'): void {
    if (state === 'zero') {
      this.#block.fill(0, piece.start - blockStart, piece.end - blockStart);
      this.#hold(piece.start - blockStart, piece.end - blockStart);
      return;
    }
    for (const { start, end } of pagesOf([piece], this.#memory.pageSizeInBytes)) {
      const [from, to] = [start - blockStart, end - blockStart];
      try {
        this.#memory.readInto(start, this.#block.subarray(from, to));
      } catch (error) {
        if (!isVmcorekitError(error, 'page-unreadable')) {
          throw error;
        }
        this.#bytes.corrupt += to - from;
        continue;
      }
      this.#hold(from, to);
    }
  }

  #hold(start: number, end: number): void {
    this.#bytes.held += end - start;
    const last = this.#runs.at(-1);
    if (last?.end === start) {
      this.#runs[this.#runs.length - 1] = { start: last.start, end };
    } else {
      this.#runs.push({ start, end });
    }
  }

  #hash(): Uint8Array {
    const hash = this.#createHash();
    for (const { start, end } of this.#runs) {
      const head = new DataView(new ArrayBuffer(8));
      head.setUint32(0, start, true);
      head.setUint32(4, end - start, true);
      hash.update(new Uint8Array(head.buffer));
      hash.update(this.#block.subarray(start, end));
    }
    return hash.digest();
  }
}
