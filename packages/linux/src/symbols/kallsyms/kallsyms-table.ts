import { type SymbolTable, tryRead } from '@vmcorekit/core';
import { type AddressTable, addressAt } from './addresses.ts';
import { hashOfName, type NameTable, nameOf } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import { indexOfRank, rankOf, type SortedNames } from './sorted-names.ts';
import type { TokenTable } from './token-table.ts';

/** The parts of kallsyms, found and checked, in one window of memory. */
export interface KallsymsParts {
  readonly window: ReadOnlyWindow;
  readonly tokens: TokenTable;
  readonly names: NameTable;
  readonly addresses: AddressTable;
  /** How a name is looked up: by the kernel's own order of names, or else by the hash of each name. */
  readonly order: SortedNames | Uint32Array;
}

/**
 * A kernel's symbols, left where they are: a lookup reads the few pages it needs. What cannot be read, because pages are missing from
 * the dump, is not found.
 */
export class KallsymsTable implements SymbolTable {
  readonly from: string = 'kallsyms';
  readonly addresses: 'runtime' = 'runtime' as const;
  readonly size: number;
  readonly parts: KallsymsParts;
  banner?: string;
  buildId?: string;
  readonly #found: Map<string, bigint | undefined> = new Map();

  constructor(parts: KallsymsParts) {
    this.parts = parts;
    this.size = parts.names.count;
  }

  /** Adds what the kernel says of itself; returns this table. */
  identifiedBy(banner: string | undefined, buildId: string | undefined): this {
    if (banner !== undefined) {
      this.banner = banner;
    }
    if (buildId !== undefined) {
      this.buildId = buildId;
    }
    return this;
  }

  addressOf(name: string): bigint | undefined {
    if (!this.#found.has(name)) {
      this.#found.set(
        name,
        tryRead(() => this.#lookUp(name)),
      );
    }
    return this.#found.get(name);
  }

  nearest(address: bigint): { readonly name: string; readonly address: bigint } | undefined {
    return tryRead(() => {
      let low = 0;
      let high = this.size;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.#addressAt(middle) <= address) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low === 0 ? undefined : { name: this.#nameAt(low - 1), address: this.#addressAt(low - 1) };
    });
  }

  #lookUp(name: string): bigint | undefined {
    const { order, window, names } = this.parts;
    if (order instanceof Uint32Array) {
      const hash = hashOfName(name);
      for (let at = order.indexOf(hash); at >= 0; at = order.indexOf(hash, at + 1)) {
        if (this.#nameAt(at) === name) {
          return this.#addressAt(at);
        }
      }
      return undefined;
    }
    const rank = rankOf(window, order, names, name, (index) => this.#nameAt(index));
    const index = rank < names.count ? indexOfRank(window, order, rank) : names.count;
    return index < names.count && this.#nameAt(index) === name ? this.#addressAt(index) : undefined;
  }

  #nameAt(index: number): string {
    return nameOf(this.parts.window, this.parts.names, this.parts.tokens, index);
  }

  #addressAt(index: number): bigint {
    return addressAt(this.parts.window, this.parts.addresses, index);
  }
}
