import { uint32At, type VirtualAddress } from '@vmcorekit/core';
import { readFilled, refuseZeroPages } from '../../zero-page.ts';
import { decodeOrcEntry, type OrcEntry, type OrcLayout, orcEntrySizeInBytes } from './orc-entry.ts';
import type { OrcMemory } from './orc-memory.ts';

/** 511 thousand entries are the most that was measured (Linux 7.3); a damaged count has more. */
export const maxOrcEntries: number = 2 ** 24;

const rulesPerBlock = 4096;

/** Where a kernel or a module has its unwind table. */
export interface OrcPlace {
  /** An i32 each, sorted: the address of the code minus its own. */
  readonly addresses: VirtualAddress;
  /** Six bytes each, with the same index. */
  readonly entries: VirtualAddress;
  readonly count: number;
}

/** Entries that follow each other. */
export interface OrcBlock {
  readonly base: VirtualAddress;
  /** Where each begins, from the base; ascending. One more is the end of the last. */
  readonly starts: readonly number[];
  readonly entries: readonly (OrcEntry | undefined)[];
}

/** A rule, and the code that it is for. */
export interface OrcRule {
  readonly entry: OrcEntry;
  readonly start: VirtualAddress;
  /** The start of the next rule; undefined after the last one. */
  readonly end: VirtualAddress | undefined;
}

/**
 * The sorted unwind table of the kernel or a module. A search reads one word a step, so it touches
 * few pages. Every read throws `not-mapped` or `page-unreadable`. Source: Linux,
 * arch/x86/kernel/unwind_orc.c (__orc_find).
 */
export class OrcTable {
  readonly place: OrcPlace;
  readonly #memory: OrcMemory;
  readonly #layout: OrcLayout;

  constructor(memory: OrcMemory, place: OrcPlace, layout: OrcLayout) {
    this.#memory = memory;
    this.place = place;
    this.#layout = layout;
  }

  /**
   * All entries, in blocks. Equal ones are one object, as `memo` keeps them. An entry that the dump
   * lacks, or that is not in order, is undefined and takes its place.
   */
  *blocks(memo: Map<number, OrcEntry>): Generator<OrcBlock, void, void> {
    const { addresses, count } = this.place;
    for (let first = 0; first < count; first += rulesPerBlock) {
      const base = addresses + BigInt(4 * first);
      const size = Math.min(rulesPerBlock, count - first);
      // The start of the next block is the end of this one.
      const distances = this.#memory.tryRead(base, 4 * Math.min(size + 1, count - first));
      const codes = this.#memory.tryRead(
        this.place.entries + BigInt(orcEntrySizeInBytes * first),
        orcEntrySizeInBytes * size,
      );
      if (distances !== undefined && codes !== undefined) {
        yield this.#block(base, distances, codes, memo);
      }
    }
  }

  #block(
    base: VirtualAddress,
    distances: Uint8Array,
    codes: Uint8Array,
    memo: Map<number, OrcEntry>,
  ): OrcBlock {
    const count = distances.length / 4;
    const starts: number[] = [];
    const entries: (OrcEntry | undefined)[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < count; index++) {
      const distance = uint32At(distances, 4 * index, 'little') | 0;
      const start = 4 * index + distance;
      // Zeros stand for a lost page: no table has code at its own place.
      const isSound = distance !== 0 && start > last;
      if (isSound) {
        starts.push(start);
        last = start;
      } else if (entries.length > 0) {
        entries[entries.length - 1] = undefined;
      }
      if (isSound && orcEntrySizeInBytes * (index + 1) <= codes.length) {
        entries.push(this.#decodeOnce(codes, orcEntrySizeInBytes * index, memo));
      }
    }
    return { base, starts, entries: entries.slice(0, Math.max(0, starts.length - 1)) };
  }

  #decodeOnce(codes: Uint8Array, at: number, memo: Map<number, OrcEntry>): OrcEntry {
    const key =
      uint32At(codes, at, 'little') * 2 ** 16 + (uint32At(codes, at + 2, 'little') >>> 16);
    const entry = memo.get(key) ?? decodeOrcEntry(codes.subarray(at), this.#layout);
    memo.set(key, entry);
    return entry;
  }

  /** The last rule at or before an address, among those of [from, to). */
  find(
    address: VirtualAddress,
    from: number = 0,
    to: number = this.place.count,
  ): OrcRule | undefined {
    let low = from;
    let high = Math.min(to, this.place.count);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#addressAt(middle) <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const index = low - 1;
    const rule = index < from ? undefined : this.#rule(index);
    const isHere = rule !== undefined && (rule.end ?? address + 1n) > address;
    // A damaged hint leads to other rules than those of the address.
    return isHere || (from === 0 && to >= this.place.count) ? rule : this.find(address);
  }

  #rule(index: number): OrcRule {
    const { entries, count } = this.place;
    const bytes = readFilled(
      this.#memory,
      entries + BigInt(orcEntrySizeInBytes * index),
      orcEntrySizeInBytes,
    );
    return {
      entry: decodeOrcEntry(bytes, this.#layout),
      start: this.#addressAt(index),
      end: index + 1 < count ? this.#addressAt(index + 1) : undefined,
    };
  }

  #addressAt(index: number): VirtualAddress {
    const at = this.place.addresses + BigInt(4 * index);
    const distance = this.#memory.readInt32(at);
    if (distance === 0) {
      refuseZeroPages(this.#memory, at, new Uint8Array(4));
    }
    return BigInt.asUintN(64, at + BigInt(distance));
  }
}
