import {
  type Kernel,
  type KernelModule,
  type KernelSymbol,
  type LookUp,
  latin1Bytes,
  lowestIndex,
  type SymbolTable,
} from '@vmcorekit/core';
import { tryKnown } from '../reading/known-part.ts';
import { endOf, rangeOf, type SymbolEntries, symbolEntriesOf } from './symbol-entries.ts';

/** Marks of compilers name nothing. Source: Linux, include/linux/module_symbol.h. */
const isMark = /^(?:\$|\.L|L0)/;
/** Marks skipped at an address, before the search gives up. Each jump of riscv64 has some. */
const namesSkipped = 4096;

/**
 * The symbols of one module; undefined where the kernel keeps none. Reads the whole table of
 * addresses, and names only where a caller asks for them.
 */
export function moduleSymbols(
  kernel: Pick<Kernel, 'memory' | 'types'>,
  module: KernelModule,
): ModuleSymbols | undefined {
  const entries = tryKnown(() => symbolEntriesOf(kernel, module.address, module.memory));
  return entries === undefined ? undefined : new ModuleSymbols(module, entries);
}

/** A module's symbols by address and by name, as the kernel finds them. */
export class ModuleSymbols implements SymbolTable {
  readonly from: string = 'kallsyms of the module';
  readonly addresses = 'runtime' as const;
  readonly size: number;
  readonly #module: KernelModule;
  readonly #entries: SymbolEntries;
  /** Entries by address; several at one address in the order of the table. */
  readonly #order: Uint32Array;
  readonly #found: Map<number, KernelSymbol | null> = new Map();

  constructor(module: KernelModule, entries: SymbolEntries) {
    this.#module = module;
    this.#entries = entries;
    this.size = entries.count;
    const { values } = entries;
    this.#order = Uint32Array.from({ length: entries.count }, (_, index) => index).sort(
      (one, other) => (values[one] ?? 0) - (values[other] ?? 0) || one - other,
    );
  }

  find(name: string, module: string = this.#module.name): KernelSymbol | undefined {
    const [first] = module === this.#module.name ? this.findAll(name) : [];
    return first;
  }

  *findAll(name: string): Generator<KernelSymbol, void, void> {
    const bytes = latin1Bytes(name);
    const { names, nameOffsets } = this.#entries;
    for (const entry of this.#order) {
      const isNamed = names.isAt(nameOffsets[entry] ?? 0, bytes);
      const symbol = isNamed ? this.#symbol(entry) : undefined;
      if (symbol !== undefined) {
        yield symbol;
      }
    }
  }

  /**
   * Of several symbols at one address, the first of the table, as the kernel prints it. Undefined
   * where its name is lost. Where a page of the table is lost, only a symbol counts whose ELF entry
   * says that it is long enough: a lost one may lie between. Source: find_kallsyms_symbol() in
   * Linux, kernel/module/kallsyms.c.
   */
  at(address: bigint, lookUp: LookUp = 'exact'): KernelSymbol | undefined {
    const inside = lookUp === 'return' ? address - 1n : address;
    const range = rangeOf(this.#module.memory, inside);
    if (range === undefined) {
      return undefined;
    }
    const { lowest } = this.#entries;
    const start = Number(range.base - lowest);
    let end = this.#firstAbove(Number(inside - lowest));
    for (let skipped = 0; end > 0 && skipped < namesSkipped; skipped++) {
      const value = this.#valueAt(end - 1);
      if (value < start) {
        return undefined;
      }
      const first = this.#firstAbove(value - 1);
      for (let place = first; place < end && skipped < namesSkipped; place++) {
        const entry = this.#order[place] ?? 0;
        const symbol = this.#symbol(entry);
        if (symbol === undefined && this.#isNameLost(entry)) {
          return undefined;
        }
        if (symbol !== undefined && !isMark.test(symbol.name)) {
          return this.#holds(entry, Number(inside - lowest)) ? symbol : undefined;
        }
        skipped++;
      }
      end = first;
    }
    return undefined;
  }

  /** Ascending by address; skips what cannot be read. */
  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    for (const entry of this.#order) {
      const symbol = this.#symbol(entry);
      if (symbol !== undefined) {
        yield symbol;
      }
    }
  }

  #isNameLost(entry: number): boolean {
    const { names, nameOffsets } = this.#entries;
    return names.textAt(nameOffsets[entry] ?? 0) === undefined;
  }

  #holds(entry: number, value: number): boolean {
    const { values, lengths, isWhole } = this.#entries;
    return isWhole || value < (values[entry] ?? 0) + (lengths[entry] ?? 0);
  }

  #symbol(entry: number): KernelSymbol | undefined {
    let symbol = this.#found.get(entry);
    if (symbol === undefined) {
      symbol = this.#make(entry) ?? null;
      this.#found.set(entry, symbol);
    }
    return symbol ?? undefined;
  }

  #make(entry: number): KernelSymbol | undefined {
    const { names, nameOffsets, letters, values, lowest } = this.#entries;
    const name = names.textAt(nameOffsets[entry] ?? 0);
    if (name === undefined || name === '') {
      return undefined;
    }
    const value = values[entry] ?? 0;
    const letter = letters[entry] ?? 0;
    const sizeOf = () => this.#sizeAt(value);
    return {
      name,
      address: lowest + BigInt(value),
      type: letter === 0 ? null : String.fromCharCode(letter),
      get sizeInBytes() {
        return sizeOf();
      },
      module: this.#module.name,
    };
  }

  /**
   * The distance to the next symbol at another address that is no mark, or to the end of the
   * memory. Null where the next one may be lost.
   */
  #sizeAt(value: number): number | null {
    const { lowest, isWhole } = this.#entries;
    if (!isWhole) {
      return null;
    }
    const range = rangeOf(this.#module.memory, lowest + BigInt(value));
    const next = this.#firstNamed(this.#firstAbove(value));
    const end = range === undefined ? null : Number(endOf(range) - lowest);
    if (next === undefined) {
      return null;
    }
    return next < this.size
      ? Math.min(this.#valueAt(next), end ?? Infinity) - value
      : end === null
        ? null
        : end - value;
  }

  /** The first place from this one on whose name is no mark; undefined after too many. */
  #firstNamed(from: number): number | undefined {
    const last = Math.min(this.size, from + namesSkipped);
    for (let place = from; place < last; place++) {
      const symbol = this.#symbol(this.#order[place] ?? 0);
      if (symbol === undefined || !isMark.test(symbol.name)) {
        return place;
      }
    }
    return last === this.size ? this.size : undefined;
  }

  #firstAbove(value: number): number {
    return lowestIndex(this.size, (place) => this.#valueAt(place) <= value);
  }

  #valueAt(place: number): number {
    return this.#entries.values[this.#order[place] ?? 0] ?? 0;
  }
}
