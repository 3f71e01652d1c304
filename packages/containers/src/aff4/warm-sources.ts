import type { ByteSource } from '@vmcorekit/core';

/** A striped image reads some streams in turn. Each keeps decoded chunks of up to 32 MiB. */
const maxWarm = 8;
export const chunksKeptInBytes: number = 32 << 20;

/**
 * The streams that were read last. The others forget their decoded chunks, so that a volume of any
 * number of streams holds few of them.
 */
export class WarmSources {
  /** The least recent first. */
  readonly #sources: Set<ByteSource> = new Set();

  /** Notes a read. Disposing a `BlockSource` only empties its cache. */
  use(source: ByteSource): void {
    this.#sources.delete(source);
    this.#sources.add(source);
    const [oldest] = this.#sources;
    if (oldest !== undefined && this.#sources.size > maxWarm) {
      this.#sources.delete(oldest);
      oldest[Symbol.dispose]();
    }
  }
}
