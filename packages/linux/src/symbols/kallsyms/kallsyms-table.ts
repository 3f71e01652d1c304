import {
  fnv1aOf,
  type KernelSymbol,
  type LookUp,
  lowestIndex,
  type SymbolTable,
  tryRead,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  type AddressKeys,
  type AddressTable,
  addressAt,
  addressKeys,
  soundAddressAt,
} from './addresses.ts';
import type { AddressEncoding } from './layouts.ts';
import type { NameTable } from './name-blocks.ts';
import { hashesOfNames } from './name-hashes.ts';
import { nameOf, typedNameOf, uncheckedNameOf } from './names.ts';
import type { ReadOnlyWindow } from './read-only-window.ts';
import { indexOfRank, rankOf, type SortedNames } from './sorted-names.ts';
import type { TokenTable } from './token-table.ts';

/** The parts of kallsyms, found and checked, in one window of memory. */
export interface KallsymsParts {
  readonly window: ReadOnlyWindow;
  readonly tokens: TokenTable;
  readonly names: NameTable;
  readonly addresses: AddressTable;
  /** How a name is looked up: by the kernel's own order of names, else by the hash of each name. */
  readonly order: SortedNames | Uint32Array;
}

/** A table of which the kernel's own order of names is known, if it has one; hashes are not. */
export interface PlacedParts extends Omit<KallsymsParts, 'order'> {
  readonly order: SortedNames | Uint32Array | undefined;
}

/** What decides whether a table is a kernel's. */
export interface KernelTests {
  readonly wordSizeInBits: 32 | 64;
  /** Whether an address that a table holds in this encoding can lie in the image. */
  readonly isInImage: (address: bigint, encoding: AddressEncoding) => boolean;
  /** Is given what was found, before a name is looked up or all are hashed. */
  readonly beforeNames?: ((parts: PlacedParts) => void) | undefined;
  /** The last word on the whole table. */
  readonly isKernel: (table: KallsymsTable) => boolean;
}

/**
 * Symbols that bound the kernel: the first that exists begins it, the last ends it. Only
 * CONFIG_KALLSYMS_ALL keeps the latter.
 */
const startNames = ['_text', '_stext'] as const;
const endName = '_end';
const symbolsKept = 16_384;

/**
 * A kernel's symbols, left in the dump: a lookup reads the few pages it needs. A symbol in pages
 * that the dump lacks is not found.
 */
export class KallsymsTable implements SymbolTable {
  readonly from: string = 'kallsyms';
  readonly addresses: 'runtime' = 'runtime' as const;
  readonly size: number;
  readonly parts: KallsymsParts;
  banner?: string;
  buildId?: string;
  readonly #found: Map<string, KernelSymbol | undefined> = new Map();
  readonly #known: Map<number, KernelSymbol> = new Map();
  readonly #keys: AddressKeys;
  #hashes: Uint32Array | undefined;
  #prepare: (() => void) | undefined;
  #bounds: { readonly start: bigint; readonly end: bigint } | undefined;

  constructor(parts: KallsymsParts) {
    this.parts = parts;
    this.size = parts.names.count;
    this.#keys = addressKeys(parts.window, parts.addresses);
  }

  /** Adds what the kernel says about itself; returns this table. */
  identifiedBy(banner: string | undefined, buildId: string | undefined): this {
    if (banner !== undefined) {
      this.banner = banner;
    }
    if (buildId !== undefined) {
      this.buildId = buildId;
    }
    return this;
  }

  /** What to do before the next symbol is read, once. */
  beforeNext(prepare: () => void): void {
    this.#prepare = prepare;
  }

  /** Modules keep their own symbols, so this table has none of them. */
  find(name: string, module?: string): KernelSymbol | undefined {
    if (module !== undefined) {
      return undefined;
    }
    if (!this.#found.has(name)) {
      this.#beReady();
      const index = tryRead(() => this.#indexOf(name)) ?? -1;
      this.#found.set(name, index < 0 ? undefined : tryRead(() => this.#symbol(index)));
    }
    return this.#found.get(name);
  }

  /** Where the kernel sorts its names, those of one name are neighbours; else all are hashed. */
  findAll(name: string): KernelSymbol[] {
    this.#beReady();
    const { order } = this.parts;
    const indexes =
      (order instanceof Uint32Array ? undefined : tryRead(() => this.#allBy(order, name))) ??
      this.#allByHash(name);
    return indexes
      .sort((one, other) => one - other)
      .flatMap((index) => tryRead(() => this.#symbol(index)) ?? []);
  }

  at(address: bigint, lookUp: LookUp = 'exact'): KernelSymbol | undefined {
    this.#beReady();
    const inside = lookUp === 'return' ? address - 1n : address;
    const { start, end } = this.#boundsOfKernel();
    if (inside < start || inside >= end) {
      return undefined;
    }
    return tryRead(() => {
      const after = this.#firstAbove(this.#keys.of(inside));
      if (after === 0) {
        return undefined;
      }
      // Of several at one address, the kernel prints the first.
      return this.#symbol(this.#firstAbove(this.#keys.at(after - 1) - 1));
    });
  }

  /**
   * Ascending by address; skips what cannot be read. The sizes are plain values: with a getter in
   * each, 160,000 symbols took 100 MB more and twice as long.
   */
  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    this.#beReady();
    let last: KernelSymbol | undefined;
    for (let index = 0; index < this.size; index++) {
      const entry = tryRead(() => this.#entry(index));
      if (entry !== undefined) {
        const { name, type, address } = entry;
        const sizeInBytes =
          last?.address === address
            ? last.sizeInBytes
            : (tryRead(() => this.#sizeToNext(index, address)) ?? this.#sizeOrNull(address));
        last = { name, address, type, sizeInBytes, module: null };
        yield last;
      }
    }
  }

  #beReady(): void {
    const prepare = this.#prepare;
    this.#prepare = undefined;
    prepare?.();
  }

  /** Traces name the same functions again and again. */
  #symbol(index: number): KernelSymbol {
    let symbol = this.#known.get(index);
    if (symbol === undefined) {
      symbol = this.#make(index);
      if (this.#known.size >= symbolsKept) {
        this.#known.clear();
      }
      this.#known.set(index, symbol);
    }
    return symbol;
  }

  #entry(index: number): Pick<KernelSymbol, 'name' | 'type' | 'address'> {
    const { window, names, tokens, addresses } = this.parts;
    const typed = typedNameOf(window, names, tokens, index);
    const address = soundAddressAt(window, addresses, index);
    this.#beInOrder(index - 1, index + 1);
    return { name: typed.slice(1), type: typed.charAt(0), address };
  }

  #make(index: number): KernelSymbol {
    const { name, type, address } = this.#entry(index);
    let size: number | null | undefined;
    const sizeOf = (): number | null => {
      if (size === undefined) {
        size = this.#sizeOrNull(address);
      }
      return size;
    };
    return {
      name,
      address,
      type,
      // The neighbour's pages are read only when a caller asks.
      get sizeInBytes() {
        return sizeOf();
      },
      module: null,
    };
  }

  /** The same without a search; undefined where the entries right after do not ascend. */
  #sizeToNext(index: number, address: bigint): number | undefined {
    if (index + 2 >= this.size) {
      return undefined;
    }
    const next = this.#keys.at(index + 1);
    return this.#keys.at(index) < next && next <= this.#keys.at(index + 2)
      ? Number(this.#addressAt(index + 1) - address)
      : undefined;
  }

  #sizeOrNull(address: bigint): number | null {
    return tryRead(() => this.#sizeAt(address)) ?? null;
  }

  /** The distance to the next symbol at another address; null for the last. */
  #sizeAt(address: bigint): number | null {
    const next = this.#firstAbove(this.#keys.of(address));
    return next < this.size ? Number(this.#addressAt(next) - address) : null;
  }

  #boundsOfKernel(): { readonly start: bigint; readonly end: bigint } {
    this.#bounds ??= {
      start:
        startNames.map((name) => this.find(name)).find((symbol) => symbol !== undefined)?.address ??
        0n,
      end:
        this.find(endName)?.address ?? (tryRead(() => this.#addressAt(this.size - 1)) ?? -1n) + 1n,
    };
    return this.#bounds;
  }

  /**
   * The first index with a key above this one. Throws where it and its neighbours are not in order:
   * the search met an entry that was overwritten, and went astray.
   */
  #firstAbove(key: number): number {
    const found = lowestIndex(this.size, (index) => this.#keys.at(index) <= key);
    this.#beInOrder(found - 2, found + 1);
    return found;
  }

  /** Throws where a key is lower than the one before; what cannot be read speaks for neither. */
  #beInOrder(from: number, to: number): void {
    let before = Number.NEGATIVE_INFINITY;
    for (let index = Math.max(from, 0); index <= Math.min(to, this.size - 1); index++) {
      const key = tryRead(() => this.#keys.at(index)) ?? before;
      if (key < before) {
        throw new VmcorekitError('not-mapped', {
          virtualAddress: this.#addressAt(index),
          because: `entry ${index} of kallsyms is lower than the one before`,
        });
      }
      before = key;
    }
  }

  /**
   * The index of a named symbol, or -1. Where a page of the order is lost, it reads every readable
   * name.
   */
  #indexOf(name: string): number {
    const { order } = this.parts;
    return (
      (order instanceof Uint32Array ? undefined : tryRead(() => this.#indexBy(order, name))) ??
      this.#indexByHash(name)
    );
  }

  /**
   * The steps of a search need no check, because the name where it ends is checked. A name not
   * found this way is searched again with every step checked.
   */
  #indexBy(order: SortedNames, name: string): number {
    const { window, names, tokens } = this.parts;
    const quickly =
      tryRead(() =>
        this.#searched(order, name, (index) => uncheckedNameOf(window, names, tokens, index) ?? ''),
      ) ?? -1;
    return quickly >= 0 ? quickly : this.#searched(order, name, (index) => this.#nameAt(index));
  }

  #searched(order: SortedNames, name: string, nameOfIndex: (index: number) => string): number {
    const { window, names } = this.parts;
    const rank = rankOf(window, order, names, name, nameOfIndex);
    const index = rank < names.count ? indexOfRank(window, order, rank) : names.count;
    return index < names.count && this.#nameAt(index) === name ? index : -1;
  }

  #allBy(order: SortedNames, name: string): number[] {
    const { window, names } = this.parts;
    const found: number[] = [];
    for (
      let rank = rankOf(window, order, names, name, (index) => this.#nameAt(index));
      rank < names.count;
      rank++
    ) {
      const index = indexOfRank(window, order, rank);
      if (index >= names.count || this.#nameAt(index) !== name) {
        break;
      }
      found.push(index);
    }
    return found;
  }

  #allByHash(name: string): number[] {
    return [...this.#withHashOf(name)];
  }

  #indexByHash(name: string): number {
    const [index = -1] = this.#withHashOf(name);
    return index;
  }

  *#withHashOf(name: string): Generator<number, void, void> {
    const { order, window, names, tokens } = this.parts;
    this.#hashes ??= order instanceof Uint32Array ? order : hashesOfNames(window, names, tokens);
    const hash = fnv1aOf(name);
    for (let at = this.#hashes.indexOf(hash); at >= 0; at = this.#hashes.indexOf(hash, at + 1)) {
      if (tryRead(() => this.#nameAt(at)) === name) {
        yield at;
      }
    }
  }

  #nameAt(index: number): string {
    return nameOf(this.parts.window, this.parts.names, this.parts.tokens, index);
  }

  #addressAt(index: number): bigint {
    return addressAt(this.parts.window, this.parts.addresses, index);
  }
}

/**
 * The addresses of the parts of a kernel's own table, by the kernel's names for them; none for
 * symbols from elsewhere.
 */
export function partsOfKallsyms(symbols: SymbolTable): ReadonlyMap<string, bigint> {
  if (!(symbols instanceof KallsymsTable)) {
    return new Map();
  }
  const { window, tokens, names, addresses } = symbols.parts;
  const offsets: readonly (readonly [string, number])[] = [
    ['kallsyms_token_table', tokens.offset],
    ['kallsyms_token_index', tokens.indexOffset],
    ['kallsyms_names', names.offset],
    ['kallsyms_num_syms', names.countOffset],
    ['kallsyms_markers', names.markers.offset],
    ...(addresses.encoding === 'absolute' ? [] : [['kallsyms_offsets', addresses.offset] as const]),
  ];
  return new Map(offsets.map(([name, offset]) => [name, window.start + BigInt(offset)]));
}
