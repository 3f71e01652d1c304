import type { ByteSink } from '@vmcorekit/core';

/** A browser's write costs by the write: one of 4 MiB costs about as much as ten of 64 KiB. */
const blockSizeInBytes = 4 * 1024 * 1024;

/** Gathers writes that follow each other into blocks, and passes each block on as a copy. */
export class GatheredWrites implements ByteSink {
  readonly isSequential: boolean = false;
  /** The end of the highest byte written. */
  sizeInBytes: number = 0;
  readonly #write: (offset: number, block: Uint8Array<ArrayBuffer>) => void;
  #block: Uint8Array<ArrayBuffer> = new Uint8Array(blockSizeInBytes);
  #blockOffset: number = 0;
  #filled: number = 0;

  /** `write` takes over the block. */
  constructor(write: (offset: number, block: Uint8Array<ArrayBuffer>) => void) {
    this.#write = write;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    if (offset !== this.#blockOffset + this.#filled) {
      this.flush();
      this.#blockOffset = offset;
    }
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + blockSizeInBytes - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === blockSizeInBytes) {
        this.flush();
      }
    }
    this.sizeInBytes = Math.max(this.sizeInBytes, offset + bytes.length);
  }

  /** Passes on what is gathered. */
  flush(): void {
    const [offset, filled] = [this.#blockOffset, this.#filled];
    this.#blockOffset += filled;
    this.#filled = 0;
    if (filled === blockSizeInBytes) {
      const block = this.#block;
      this.#block = new Uint8Array(blockSizeInBytes);
      this.#write(offset, block);
    } else if (filled > 0) {
      this.#write(offset, this.#block.slice(0, filled));
    }
  }
}
