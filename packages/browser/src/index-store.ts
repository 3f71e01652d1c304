import type { IndexOf } from '@vmcorekit/core';

/** Of a flattened file of 5 bytes a record: one of some 100 GiB. */
const maxIndexInBytes = 128 * 1024 * 1024;
const limitInBytes = 256 * 1024 * 1024;
const maxIndexes = 16;

const databaseName = 'vmcorekit-indexes';
/** What is known of an index without reading it. */
const entries = 'entries';
const contents = 'contents';

/** An index, and what it is kept under. */
export interface KeptIndex extends IndexOf {
  readonly bytes: Uint8Array;
}

interface Entry {
  readonly key: string;
  readonly version: string;
  readonly sizeInBytes: number;
  readonly usedAt: number;
}

/** Indexes in IndexedDB; those used longest ago are removed. Never throws: it then holds none. */
export class IndexStore {
  #database: IDBDatabase | null = null;

  /** The indexes of a file in one version. */
  async allOf(version: string): Promise<KeptIndex[]> {
    try {
      this.#database ??= await opened();
      const reading = this.#database.transaction([entries, contents], 'readonly');
      const found = await resultOf<Entry[]>(
        reading.objectStore(entries).index('version').getAll(version),
      );
      const store = reading.objectStore(contents);
      const indexes = await Promise.all(
        found.map(({ key }) => resultOf<KeptIndex | undefined>(store.get(key))),
      );
      this.#touch(found);
      return indexes.filter((index) => index !== undefined);
    } catch {
      return [];
    }
  }

  /** Begins to write; a worker that ends meanwhile may lose it. */
  put(key: string, index: KeptIndex): void {
    const sizeInBytes = index.bytes.length;
    if (this.#database === null || sizeInBytes > maxIndexInBytes) {
      return;
    }
    try {
      const writing = this.#database.transaction([entries, contents], 'readwrite');
      const entry: Entry = { key, version: index.version, sizeInBytes, usedAt: Date.now() };
      writing.objectStore(entries).put(entry);
      writing.objectStore(contents).put(index, key);
      // At once: the next step may be long, and the worker may be ended in it.
      writing.commit();
      writing.addEventListener('error', (event) => event.preventDefault());
      void this.#removeOldest();
    } catch {
      return;
    }
  }

  #touch(found: readonly Entry[]): void {
    const store = this.#database?.transaction(entries, 'readwrite').objectStore(entries);
    for (const entry of found) {
      store?.put({ ...entry, usedAt: Date.now() } satisfies Entry);
    }
  }

  async #removeOldest(): Promise<void> {
    try {
      const all = await resultOf<Entry[]>(
        (this.#database as IDBDatabase).transaction(entries).objectStore(entries).getAll(),
      );
      const gone = tooMany(all);
      if (gone.length > 0) {
        const removing = this.#database?.transaction([entries, contents], 'readwrite');
        for (const { key } of gone) {
          removing?.objectStore(entries).delete(key);
          removing?.objectStore(contents).delete(key);
        }
      }
    } catch {
      return;
    }
  }
}

/** The entries that are beyond the limits, by when they were last used. */
export function tooMany(all: readonly Pick<Entry, 'key' | 'sizeInBytes' | 'usedAt'>[]): {
  readonly key: string;
}[] {
  let sum = 0;
  return all
    .toSorted((one, other) => other.usedAt - one.usedAt)
    .filter(({ sizeInBytes }, index) => {
      sum += sizeInBytes;
      return index >= maxIndexes || sum > limitInBytes;
    });
}

async function opened(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => {
    const { result } = opening;
    result.createObjectStore(entries, { keyPath: 'key' }).createIndex('version', 'version');
    result.createObjectStore(contents);
  };
  const database = await resultOf(opening);
  // A newer page may want another shape.
  database.onversionchange = () => database.close();
  return database;
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('it failed')));
  });
}
