import type { ByteSource } from '@vmcorekit/core';

/** A file of any size that is zero but for some bytes, as a sparse file is. Counts what is read. */
export class ZerosSource implements ByteSource {
  readonly name: string = 'sparse';
  readonly sizeInBytes: number;
  bytesRead: number = 0;
  isDisposed: boolean = false;
  readonly #pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[];

  constructor(
    sizeInBytes: number,
    pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[] = [],
  ) {
    this.sizeInBytes = sizeInBytes;
    this.#pieces = pieces;
  }

  readInto(offset: number, target: Uint8Array): number {
    const length = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    target.fill(0, 0, length);
    for (const piece of this.#pieces) {
      const from = Math.max(offset, piece.offset);
      const to = Math.min(offset + length, piece.offset + piece.bytes.length);
      if (from < to) {
        target.set(piece.bytes.subarray(from - piece.offset, to - piece.offset), from - offset);
      }
    }
    this.bytesRead += length;
    return length;
  }

  [Symbol.dispose](): void {
    this.isDisposed = true;
  }
}
