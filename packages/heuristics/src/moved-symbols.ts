import type { KernelSymbol, LookUp, SymbolTable } from '@vmcorekit/core';

/** A file's symbols where a kernel that runs elsewhere has them: all at one distance. */
export class MovedSymbols implements SymbolTable {
  readonly from: string;
  readonly addresses = 'runtime' as const;
  readonly size: number;
  readonly #file: SymbolTable;
  readonly #distance: bigint;

  constructor(file: SymbolTable, distance: bigint) {
    this.from = file.from;
    this.size = file.size;
    this.#file = file;
    this.#distance = distance;
  }

  find(name: string, module?: string): KernelSymbol | undefined {
    return this.#moved(this.#file.find(name, module));
  }

  at(address: bigint, lookUp?: LookUp): KernelSymbol | undefined {
    return this.#moved(this.#file.at(address - this.#distance, lookUp));
  }

  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    for (const { name, address, type, sizeInBytes, module } of this.#file) {
      yield { name, address: address + this.#distance, type, sizeInBytes, module };
    }
  }

  #moved(symbol: KernelSymbol | undefined): KernelSymbol | undefined {
    if (symbol === undefined) {
      return undefined;
    }
    const { name, address, type, module } = symbol;
    return {
      name,
      address: address + this.#distance,
      type,
      get sizeInBytes() {
        return symbol.sizeInBytes;
      },
      module,
    };
  }
}
