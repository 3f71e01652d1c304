import type { ByteSource } from '../byte-source.ts';

/** Bytes in memory. */
export class BufferSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, name: string = 'buffer') {
    this.name = name;
    this.sizeInBytes = bytes.length;
    this.#bytes = bytes;
  }

  readInto(offset: number, target: Uint8Array): number {
    const part = this.#bytes.subarray(
      Math.min(offset, this.sizeInBytes),
      Math.min(offset + target.length, this.sizeInBytes),
    );
    target.set(part);
    return part.length;
  }

  [Symbol.dispose](): void {}
}
