import { lowestIndex, tryRead, VmcorekitError } from '@vmcorekit/core';
import { type AddressKeys, addressAt, addressKeys } from './addresses.ts';
import type { KallsymsParts } from './kallsyms-parts.ts';

/** The addresses of a table, which ascend, and the distances between them. */
export class AddressOrder {
  readonly #parts: Pick<KallsymsParts, 'window' | 'addresses'>;
  readonly #count: number;
  readonly #keys: AddressKeys;

  constructor({ window, addresses, names }: Pick<KallsymsParts, 'window' | 'addresses' | 'names'>) {
    this.#parts = { window, addresses };
    this.#count = names.count;
    this.#keys = addressKeys(window, addresses);
  }

  at(index: number): bigint {
    return addressAt(this.#parts.window, this.#parts.addresses, index);
  }

  /** The index of the last address up to this one; of several that are equal, the first. */
  lastUpTo(address: bigint): number | undefined {
    const after = this.#firstAbove(this.#keys.of(address));
    // Of several at one address, the kernel prints the first.
    return after === 0 ? undefined : this.#firstAbove(this.#keys.at(after - 1) - 1);
  }

  /** The same without a search; undefined where the entries right after do not ascend. */
  sizeToNext(index: number, address: bigint): number | undefined {
    if (index + 2 >= this.#count) {
      return undefined;
    }
    const next = this.#keys.at(index + 1);
    return this.#keys.at(index) < next && next <= this.#keys.at(index + 2)
      ? Number(this.at(index + 1) - address)
      : undefined;
  }

  /** The distance to the next symbol at another address; null for the last. */
  sizeAt(address: bigint): number | null {
    const next = this.#firstAbove(this.#keys.of(address));
    return next < this.#count ? Number(this.at(next) - address) : null;
  }

  /** Throws where a key is lower than the one before; what cannot be read speaks for neither. */
  beInOrder(from: number, to: number): void {
    let before = Number.NEGATIVE_INFINITY;
    for (let index = Math.max(from, 0); index <= Math.min(to, this.#count - 1); index++) {
      const key = tryRead(() => this.#keys.at(index)) ?? before;
      if (key < before) {
        throw new VmcorekitError('not-mapped', {
          virtualAddress: this.at(index),
          because: `entry ${index} of kallsyms is lower than the one before`,
        });
      }
      before = key;
    }
  }

  /**
   * The first index with a key above this one. Throws where it and its neighbours are not in order:
   * the search met an entry that was overwritten, and went astray.
   */
  #firstAbove(key: number): number {
    const found = lowestIndex(this.#count, (index) => this.#keys.at(index) <= key);
    this.beInOrder(found - 2, found + 1);
    return found;
  }
}
