import { SHN_ABS } from '../elf-constants.ts';
import type { SymbolColumns } from './symbol-columns.ts';

/** The indices of all symbols, ascending by address. Those at one address keep the file's order. */
export function ascending(symbols: SymbolColumns): Uint32Array {
  const compare = byAddress(symbols);
  return indicesOf(symbols).sort((a, b) => compare(a, b) || a - b);
}

function indicesOf({ count }: SymbolColumns): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}

function byAddress({ high, low }: SymbolColumns): (a: number, b: number) => number {
  return (a, b) => (high[a] ?? 0) - (high[b] ?? 0) || (low[a] ?? 0) - (low[b] ?? 0);
}

/**
 * Finds the symbol at or below an address. Leaves out absolute symbols, because they are constants
 * and offsets of per-CPU data.
 */
export class AddressIndex {
  readonly #symbols: SymbolColumns;
  /** Ascending by address. At one address, the symbol that names it comes last. */
  readonly #order: Uint32Array;

  /** `compareAliases` orders two symbols at one address: the one that names it comes first. */
  constructor(symbols: SymbolColumns, compareAliases: (a: number, b: number) => number) {
    const compare = byAddress(symbols);
    this.#symbols = symbols;
    this.#order = indicesOf(symbols)
      .filter((index) => (symbols.section[index] ?? SHN_ABS) < SHN_ABS)
      .sort((a, b) => compare(a, b) || compareAliases(b, a));
  }

  /** The index of the symbol, or -1. At one address, it is the symbol that names it. */
  atOrBelow(address: bigint): number {
    const { high, low } = this.#symbols;
    const [wantedHigh, wantedLow] = [
      Number(BigInt.asUintN(32, address >> 32n)),
      Number(BigInt.asUintN(32, address)),
    ];
    let from = 0;
    let to = this.#order.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const index = this.#order[middle] ?? 0;
      const difference = (high[index] ?? 0) - wantedHigh || (low[index] ?? 0) - wantedLow;
      if (difference <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from === 0 ? -1 : (this.#order[from - 1] ?? -1);
  }
}
