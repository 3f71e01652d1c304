import type { ByteRange, ByteSource } from '@vmcorekit/core';

/**
 * A stretch of a disk. Keeps its stated size where the file ends too early: what comes after it
 * keeps its place. Does not own the file.
 */
export class DiskWindow implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #file: ByteSource;
  readonly #start: number;

  constructor(file: ByteSource, start: number, sizeInBytes: number) {
    this.name = file.name;
    this.sizeInBytes = sizeInBytes;
    this.#file = file;
    this.#start = start;
  }

  readInto(offset: number, target: Uint8Array): number {
    const wanted = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    return this.#file.readInto(this.#start + offset, target.subarray(0, wanted));
  }

  *lostRanges(offset: number, lengthInBytes: number): Generator<ByteRange, void, void> {
    const end = offset + lengthInBytes;
    const fileEnd = Math.max(offset, Math.min(end, this.#file.sizeInBytes - this.#start));
    const inFile = fileEnd - offset;
    for (const lost of this.#file.lostRanges?.(this.#start + offset, inFile) ?? []) {
      yield { offset: lost.offset - this.#start, lengthInBytes: lost.lengthInBytes };
    }
    if (fileEnd < end) {
      yield { offset: fileEnd, lengthInBytes: end - fileEnd };
    }
  }

  [Symbol.dispose](): void {}
}
