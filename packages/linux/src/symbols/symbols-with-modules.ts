import type { KernelSymbol, LookUp, SymbolTable } from '@vmcorekit/core';

/** Names outside the kernel's own image. */
export interface OtherNames {
  find(name: string, module: string): KernelSymbol | undefined;
  at(address: bigint, lookUp?: LookUp): KernelSymbol | undefined;
}

/**
 * A kernel's own symbols, and those of its modules where an address lies in one or a caller names
 * one. Iterates over the kernel's own alone: each module has a table of its own.
 */
export class SymbolsWithModules implements SymbolTable {
  readonly from: string;
  readonly addresses = 'runtime' as const;
  readonly size: number;
  readonly banner?: string;
  readonly buildId?: string;
  readonly btf?: Uint8Array;
  readonly #own: SymbolTable;
  /** Called when first needed: to find modules takes types, which are read late. */
  readonly #others: () => OtherNames;

  constructor(own: SymbolTable, others: () => OtherNames) {
    const { from, size, banner, buildId, btf } = own;
    this.from = from;
    this.size = size;
    if (banner !== undefined) {
      this.banner = banner;
    }
    if (buildId !== undefined) {
      this.buildId = buildId;
    }
    if (btf !== undefined) {
      this.btf = btf;
    }
    this.#own = own;
    this.#others = others;
  }

  find(name: string, module?: string): KernelSymbol | undefined {
    const own = this.#own.find(name, module);
    return own === undefined && module !== undefined ? this.#others().find(name, module) : own;
  }

  *findAll(name: string): Generator<KernelSymbol, void, void> {
    if (this.#own.findAll !== undefined) {
      yield* this.#own.findAll(name);
      return;
    }
    for (const symbol of this.#own) {
      if (symbol.name === name) {
        yield symbol;
      }
    }
  }

  at(address: bigint, lookUp?: LookUp): KernelSymbol | undefined {
    return this.#own.at(address, lookUp) ?? this.#others().at(address, lookUp);
  }

  [Symbol.iterator](): Iterator<KernelSymbol> {
    return this.#own[Symbol.iterator]();
  }
}
