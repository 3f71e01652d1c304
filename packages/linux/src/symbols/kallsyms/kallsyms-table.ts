import { type KernelSymbol, type LookUp, type SymbolTable, tryRead } from '@vmcorekit/core';
import { AddressOrder } from './address-order.ts';
import { soundAddressAt } from './addresses.ts';
import type { KallsymsParts, PlacedParts } from './kallsyms-parts.ts';
import type { AddressEncoding } from './layouts.ts';
import { NameIndex } from './name-index.ts';
import { typedNameOf } from './names.ts';

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
  readonly #names: NameIndex;
  readonly #addresses: AddressOrder;
  #prepare: (() => void) | undefined;
  #bounds: { readonly start: bigint; readonly end: bigint } | undefined;

  constructor(parts: KallsymsParts) {
    this.parts = parts;
    this.size = parts.names.count;
    this.#names = new NameIndex(parts);
    this.#addresses = new AddressOrder(parts);
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
      const index = tryRead(() => this.#names.indexOf(name)) ?? -1;
      this.#found.set(name, index < 0 ? undefined : tryRead(() => this.#symbol(index)));
    }
    return this.#found.get(name);
  }

  findAll(name: string): KernelSymbol[] {
    this.#beReady();
    return this.#names
      .allOf(name)
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
      const index = this.#addresses.lastUpTo(inside);
      return index === undefined ? undefined : this.#symbol(index);
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
            : (tryRead(() => this.#addresses.sizeToNext(index, address)) ??
              this.#sizeOrNull(address));
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
    this.#addresses.beInOrder(index - 1, index + 1);
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

  #sizeOrNull(address: bigint): number | null {
    return tryRead(() => this.#addresses.sizeAt(address)) ?? null;
  }

  #boundsOfKernel(): { readonly start: bigint; readonly end: bigint } {
    this.#bounds ??= {
      start:
        startNames.map((name) => this.find(name)).find((symbol) => symbol !== undefined)?.address ??
        0n,
      end:
        this.find(endName)?.address ??
        (tryRead(() => this.#addresses.at(this.size - 1)) ?? -1n) + 1n,
    };
    return this.#bounds;
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
