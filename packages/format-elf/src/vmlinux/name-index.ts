import { fnv1aOf, fnv1aStart, fnv1aWith } from '@vmcorekit/core';
import type { SymbolColumns } from './symbol-columns.ts';

/** Names are compared up to this length: KSYM_NAME_LEN is 512. */
const nameLimitInBytes = 1024;

/**
 * Finds symbols by name: hash chains in two typed arrays. Building takes the same time for all
 * names; only a lookup walks a chain. Of symbols with one name (static functions of several files)
 * it finds the lowest, which System.map and kallsyms also list first.
 */
export class NameIndex {
  readonly #symbols: SymbolColumns;
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #mask: number;

  constructor(symbols: SymbolColumns) {
    this.#symbols = symbols;
    const size = 2 ** Math.max(4, Math.ceil(Math.log2(symbols.count + 1)));
    this.#mask = size - 1;
    this.#first = new Int32Array(size).fill(-1);
    this.#next = new Int32Array(symbols.count);
    for (let index = 0; index < symbols.count; index++) {
      const slot = this.#slotOfSymbol(index);
      this.#next[index] = this.#first[slot] ?? -1;
      this.#first[slot] = index;
    }
  }

  /** The index of the symbol of that name, or -1. */
  find(name: string): number {
    const hash = fnv1aOf(name);
    let found = -1;
    for (
      let index = this.#first[hash & this.#mask] ?? -1;
      index >= 0;
      index = this.#next[index] ?? -1
    ) {
      if (this.#isNamed(index, name) && (found < 0 || this.#isLower(index, found))) {
        found = index;
      }
    }
    return found;
  }

  #slotOfSymbol(index: number): number {
    const { names, nameOffset } = this.#symbols;
    const start = nameOffset[index] ?? 0;
    const end = Math.min(names.length, start + nameLimitInBytes);
    let hash = fnv1aStart;
    for (let at = start; at < end; at++) {
      const byte = names[at] ?? 0;
      if (byte === 0) {
        break;
      }
      hash = fnv1aWith(hash, byte);
    }
    return hash & this.#mask;
  }

  #isLower(a: number, b: number): boolean {
    const { high, low } = this.#symbols;
    return ((high[a] ?? 0) - (high[b] ?? 0) || (low[a] ?? 0) - (low[b] ?? 0)) < 0;
  }

  #isNamed(index: number, name: string): boolean {
    const { names, nameOffset } = this.#symbols;
    const start = nameOffset[index] ?? 0;
    for (let at = 0; at < name.length; at++) {
      if (names[start + at] !== name.charCodeAt(at)) {
        return false;
      }
    }
    return (names[start + name.length] ?? 0) === 0;
  }
}
