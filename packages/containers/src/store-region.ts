import type { ByteStore } from '@vmcorekit/core';

/**
 * A part of a store, from its present end on. Another part may be made of it once nothing more is
 * written into this one.
 */
export class StoreRegion implements ByteStore {
  readonly name: string;
  readonly isSequential: boolean = false;
  readonly #store: ByteStore;
  readonly #start: number;

  constructor(store: ByteStore) {
    this.name = store.name;
    this.#store = store;
    this.#start = store.sizeInBytes;
  }

  get sizeInBytes(): number {
    return this.#store.sizeInBytes - this.#start;
  }

  readInto(offset: number, target: Uint8Array): number {
    return this.#store.readInto(this.#start + offset, target);
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    this.#store.writeAt(this.#start + offset, bytes);
  }

  /** The store stays open. */
  [Symbol.dispose](): void {}
}
