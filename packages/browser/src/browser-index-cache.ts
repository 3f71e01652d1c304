import type { IndexCache, IndexOf } from '@vmcorekit/core';
import { IndexStore, type KeptIndex } from './index-store.ts';

/**
 * Keeps indexes of containers in the browser's own store, for the next time that the same file is
 * opened. An `IndexCache` is synchronous and the store is not: `prepare` fetches what is kept of
 * files before they are opened, and new ones are written while the work goes on. Nothing is thrown:
 * where there is no store, as in private mode, indexes are kept while the cache lives.
 */
export class BrowserIndexCache implements IndexCache {
  readonly #kept: Map<string, KeptIndex> = new Map();
  readonly #store: IndexStore = new IndexStore();

  /** Fetches the indexes of files, given by `ByteSource.version`, and lets go of all others. */
  async prepare(versions: readonly (string | undefined)[]): Promise<void> {
    this.#kept.clear();
    for (const version of versions) {
      const found = version === undefined ? [] : await this.#store.allOf(version);
      for (const index of found) {
        this.#kept.set(keyOf(index), index);
      }
    }
  }

  load(of: IndexOf): Uint8Array | undefined {
    const index = this.#kept.get(keyOf(of));
    return index !== undefined && areEqual(index.ends, of.ends) ? index.bytes : undefined;
  }

  store({ version, place, ends }: IndexOf, bytes: Uint8Array): void {
    const index = { version, place, ends, bytes };
    this.#kept.set(keyOf(index), index);
    this.#store.put(keyOf(index), index);
  }
}

function keyOf({ version, place }: Pick<IndexOf, 'version' | 'place'>): string {
  return JSON.stringify([version, place]);
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
