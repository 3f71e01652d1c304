import type { KernelSymbol, LocatedKernel, LookUp, SymbolTable } from '@vmcorekit/core';
import { MovedSymbols } from './moved-symbols.ts';

/**
 * A kernel's symbols, completed by files that are proved to match it: a kernel without
 * CONFIG_KALLSYMS_ALL keeps no names of variables. A file without `_text` was identified by its
 * build ID or banner only, so its addresses are not proved.
 */
export function symbolsWithFiles(
  own: SymbolTable,
  { kaslrOffset }: Pick<LocatedKernel, 'kaslrOffset'>,
  files: readonly SymbolTable[],
): SymbolTable {
  const atRunTime = files.flatMap((file) => {
    if (file.find('_text') === undefined) {
      return [];
    }
    const distance = file.addresses === 'runtime' ? 0 : kaslrOffset;
    return distance === null ? [] : [new MovedSymbols(file, BigInt(distance))];
  });
  const [first, ...others] = own.size === 0 ? atRunTime : [own, ...atRunTime];
  return first === undefined
    ? own
    : others.length === 0
      ? first
      : new CompletedSymbols(first, others);
}

/** One table, and others that supply the names it lacks. */
class CompletedSymbols implements SymbolTable {
  readonly from: string;
  readonly addresses = 'runtime' as const;
  readonly size: number;
  readonly #first: SymbolTable;
  readonly #others: readonly SymbolTable[];

  constructor(first: SymbolTable, others: readonly SymbolTable[]) {
    this.from = first.from;
    this.size = first.size;
    this.#first = first;
    this.#others = others;
  }

  find(name: string, module?: string): KernelSymbol | undefined {
    for (const table of [this.#first, ...this.#others]) {
      const symbol = table.find(name, module);
      if (symbol !== undefined) {
        return symbol;
      }
    }
    return undefined;
  }

  at(address: bigint, lookUp?: LookUp): KernelSymbol | undefined {
    return this.#first.at(address, lookUp);
  }

  [Symbol.iterator](): Iterator<KernelSymbol> {
    return this.#first[Symbol.iterator]();
  }
}
