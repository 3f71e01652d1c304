import type { ByteRange, ByteSource } from '../byte-source.ts';

/** Counts the bytes that reads take out of another source. Lies under caches and containers, so it counts what the file is asked for. */
export class CountingSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #inner: ByteSource;
  #bytesRead = 0;

  constructor(inner: ByteSource) {
    this.name = inner.name;
    this.sizeInBytes = inner.sizeInBytes;
    this.preferredReadInBytes = inner.preferredReadInBytes;
    this.#inner = inner;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  readInto(offset: number, target: Uint8Array): number {
    const got = this.#inner.readInto(offset, target);
    this.#bytesRead += got;
    return got;
  }

  willRead(ranges: readonly ByteRange[]): void {
    this.#inner.willRead?.(ranges);
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
