import type { ByteRange, ByteSource, ContainerContents } from '@vmcorekit/core';

/** An entry of a container that has no other user: disposing it also disposes the container. */
export class ContainedSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #entry: ByteSource;
  readonly #contents: ContainerContents;

  constructor(entry: ByteSource, contents: ContainerContents) {
    this.name = entry.name;
    this.sizeInBytes = entry.sizeInBytes;
    this.preferredReadInBytes = entry.preferredReadInBytes;
    this.#entry = entry;
    this.#contents = contents;
  }

  readInto(offset: number, target: Uint8Array): number {
    return this.#entry.readInto(offset, target);
  }

  willRead(ranges: readonly ByteRange[]): void {
    this.#entry.willRead?.(ranges);
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.#entry.lostRanges?.(offset, lengthInBytes) ?? [];
  }

  [Symbol.dispose](): void {
    this.#entry[Symbol.dispose]();
    this.#contents[Symbol.dispose]();
  }
}
