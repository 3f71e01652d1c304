import type { KernelSymbol, LookUp, SymbolTable } from '@vmcorekit/core';

/**
 * A file's symbols at the addresses of a kernel that runs elsewhere: the whole image moves by one
 * distance. Anything below the image is a constant or an offset of per-CPU data, and does not move.
 */
export class MovedSymbols implements SymbolTable {
  readonly from: string;
  readonly addresses = 'runtime' as const;
  readonly size: number;
  readonly #file: SymbolTable;
  readonly #distance: bigint;
  readonly #imageStart: bigint;

  constructor(file: SymbolTable, distance: bigint) {
    this.from = file.from;
    this.size = file.size;
    this.#file = file;
    this.#distance = distance;
    this.#imageStart = file.find('_text')?.address ?? 0n;
  }

  find(name: string, module?: string): KernelSymbol | undefined {
    return this.#moved(this.#file.find(name, module));
  }

  at(address: bigint, lookUp?: LookUp): KernelSymbol | undefined {
    return this.#moved(this.#file.at(BigInt.asUintN(64, address - this.#distance), lookUp));
  }

  *[Symbol.iterator](): Generator<KernelSymbol, void, void> {
    for (const symbol of this.#file) {
      yield this.#moved(symbol);
    }
  }

  #moved(symbol: KernelSymbol): KernelSymbol;
  #moved(symbol: KernelSymbol | undefined): KernelSymbol | undefined;
  #moved(symbol: KernelSymbol | undefined): KernelSymbol | undefined {
    if (symbol === undefined) {
      return undefined;
    }
    const { name, address, type, module } = symbol;
    return {
      name,
      address: this.#addressOf(address),
      type,
      get sizeInBytes() {
        return symbol.sizeInBytes;
      },
      module,
    };
  }

  #addressOf(linked: bigint): bigint {
    return linked < this.#imageStart ? linked : linked + this.#distance;
  }
}
