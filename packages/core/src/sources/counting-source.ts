import type { ByteSource } from '../byte-source.ts';

/** Counts the bytes that reads take out of another source. Sits under the block cache, so it counts what the file is asked for. */
export class CountingSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #inner: ByteSource;
  #bytesRead = 0;

  constructor(inner: ByteSource) {
    this.name = inner.name;
    this.sizeInBytes = inner.sizeInBytes;
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

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]();
  }
}
