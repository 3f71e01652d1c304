import { fnv1aOf, tryRead } from '@vmcorekit/core';
import type { KallsymsParts } from './kallsyms-parts.ts';
import { hashesOfNames } from './name-hashes.ts';
import { nameOf, uncheckedNameOf } from './names.ts';
import { indexOfRank, rankOf, type SortedNames } from './sorted-names.ts';

/** Finds the indexes of names: by the kernel's own order of them, else by the hash of each. */
export class NameIndex {
  readonly #parts: KallsymsParts;
  #hashes: Uint32Array | undefined;

  constructor(parts: KallsymsParts) {
    this.#parts = parts;
  }

  /**
   * The index of a named symbol, or -1. Where a page of the order is lost, it reads every readable
   * name.
   */
  indexOf(name: string): number {
    const { order } = this.#parts;
    return (
      (order instanceof Uint32Array ? undefined : tryRead(() => this.#indexBy(order, name))) ??
      this.#indexByHash(name)
    );
  }

  /** Where the kernel sorts its names, those of one name are neighbours; else all are hashed. */
  allOf(name: string): number[] {
    const { order } = this.#parts;
    return (
      (order instanceof Uint32Array ? undefined : tryRead(() => this.#allBy(order, name))) ?? [
        ...this.#withHashOf(name),
      ]
    );
  }

  /**
   * The steps of a search need no check, because the name where it ends is checked. A name not
   * found this way is searched again with every step checked.
   */
  #indexBy(order: SortedNames, name: string): number {
    const { window, names, tokens } = this.#parts;
    const quickly =
      tryRead(() =>
        this.#searched(order, name, (index) => uncheckedNameOf(window, names, tokens, index) ?? ''),
      ) ?? -1;
    return quickly >= 0 ? quickly : this.#searched(order, name, (index) => this.#nameAt(index));
  }

  #searched(order: SortedNames, name: string, nameOfIndex: (index: number) => string): number {
    const { window, names } = this.#parts;
    const rank = rankOf(window, order, names, name, nameOfIndex);
    const index = rank < names.count ? indexOfRank(window, order, rank) : names.count;
    return index < names.count && this.#nameAt(index) === name ? index : -1;
  }

  #allBy(order: SortedNames, name: string): number[] {
    const { window, names } = this.#parts;
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

  #indexByHash(name: string): number {
    const [index = -1] = this.#withHashOf(name);
    return index;
  }

  *#withHashOf(name: string): Generator<number, void, void> {
    const { order, window, names, tokens } = this.#parts;
    this.#hashes ??= order instanceof Uint32Array ? order : hashesOfNames(window, names, tokens);
    const hash = fnv1aOf(name);
    for (let at = this.#hashes.indexOf(hash); at >= 0; at = this.#hashes.indexOf(hash, at + 1)) {
      if (tryRead(() => this.#nameAt(at)) === name) {
        yield at;
      }
    }
  }

  #nameAt(index: number): string {
    return nameOf(this.#parts.window, this.#parts.names, this.#parts.tokens, index);
  }
}
