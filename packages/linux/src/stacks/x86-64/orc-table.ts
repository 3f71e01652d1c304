import type { VirtualAddress } from '@vmcorekit/core';
import { readFilled, refuseZeroPages } from '../../zero-page.ts';
import { decodeOrcEntry, type OrcEntry, type OrcLayout, orcEntrySizeInBytes } from './orc-entry.ts';
import type { OrcMemory } from './orc-memory.ts';

/** 511 thousand entries are the most that was measured (Linux 7.3); a damaged count has more. */
export const maxOrcEntries: number = 2 ** 24;

/** Where a kernel or a module has its unwind table. */
export interface OrcPlace {
  /** An i32 each, sorted: the address of the code minus its own. */
  readonly addresses: VirtualAddress;
  /** Six bytes each, with the same index. */
  readonly entries: VirtualAddress;
  readonly count: number;
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
