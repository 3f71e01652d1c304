import type { ByteSource, ContainerContents, IndexCache, IndexOf } from '@vmcorekit/core';

/** As much of each end of a file is part of what an index is kept under. */
const endInBytes = 4096;
/** The pass through a smaller file takes less time than keeping its index. */
const leastInBytes: number = 16 << 20;

/** The indexes kept of one file and of the containers in it. */
export class KeptIndexes {
  readonly #file: ByteSource;
  readonly #cache: IndexCache | undefined;

  /** Keeps nothing of a source that does not say when it changes. */
  constructor(file: ByteSource, cache: IndexCache | undefined) {
    this.#file = file;
    this.#cache = file.version === undefined || file.sizeInBytes < leastInBytes ? undefined : cache;
  }

  /** `place` names the containers and entries on the way to the index. */
  load(place: readonly string[]): Uint8Array | null {
    return this.#cache?.load(this.#indexOf(place)) ?? null;
  }

  /** Keeps the index that opening built; `kept` is the one that it was given. */
  store(place: readonly string[], contents: ContainerContents, kept: Uint8Array | null): void {
    const index = this.#cache === undefined ? undefined : contents.snapshot?.();
    if (index !== undefined && index !== kept) {
      this.#cache?.store(this.#indexOf(place), index);
    }
  }

  #indexOf(place: readonly string[]): IndexOf {
    const ends = new Uint8Array(2 * endInBytes);
    this.#file.readInto(0, ends.subarray(0, endInBytes));
    this.#file.readInto(this.#file.sizeInBytes - endInBytes, ends.subarray(endInBytes));
    return { version: this.#file.version ?? '', ends, place: JSON.stringify(place) };
  }
}
