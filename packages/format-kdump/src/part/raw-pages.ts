import type { PageDescriptor, PageTable } from './page-descriptors.ts';

/** Pages without descriptors: as they are, one after the other. */
export class RawPages implements PageTable {
  readonly fileOffset: number;
  readonly #pageSizeInBytes: number;

  constructor(fileOffset: number, pageSizeInBytes: number) {
    this.fileOffset = fileOffset;
    this.#pageSizeInBytes = pageSizeInBytes;
  }

  fileOffsetOf(index: number): number {
    return this.fileOffset + index * this.#pageSizeInBytes;
  }

  at(index: number): PageDescriptor {
    return { offset: this.fileOffsetOf(index), size: this.#pageSizeInBytes, flags: 0 };
  }
}
