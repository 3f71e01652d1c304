import type { ByteOrder, ByteSource } from '@vmcorekit/core';
import { descriptorSizeInBytes } from '../header/layout.ts';

const descriptorsPerChunk = 512;

/** `struct page_desc`: where a page's bytes lie. `page_flags` was never used and is not read. */
export interface PageDescriptor {
  /** 2^53 or more is no valid offset; the number is then inexact, and `exactOffset` has it. */
  readonly offset: number;
  readonly exactOffset?: bigint;
  readonly size: number;
  readonly flags: number;
}

/** Where the pages of one file lie, by their ranks. */
export interface PageTable {
  /** Where it begins. */
  readonly fileOffset: number;
  /** Of what says where the page of that rank lies. */
  fileOffsetOf(index: number): number;
  /** Undefined where the file ends before it. */
  at(index: number): PageDescriptor | undefined;
}

/** The descriptor table of one file, read in chunks. */
export class PageDescriptors implements PageTable {
  readonly fileOffset: number;
  readonly #source: ByteSource;
  readonly #isLittle: boolean;
  readonly #chunk: Uint8Array = new Uint8Array(descriptorsPerChunk * descriptorSizeInBytes);
  readonly #view: DataView = new DataView(this.#chunk.buffer);
  #chunkIndex = -1;
  #chunkLength = 0;

  constructor(source: ByteSource, fileOffset: number, byteOrder: ByteOrder) {
    this.#source = source;
    this.fileOffset = fileOffset;
    this.#isLittle = byteOrder === 'little';
  }

  fileOffsetOf(index: number): number {
    return this.fileOffset + index * descriptorSizeInBytes;
  }

  /** The descriptor of that rank; undefined where the file ends before or within it. */
  at(index: number): PageDescriptor | undefined {
    const inChunk = index % descriptorsPerChunk;
    const chunkIndex = (index - inChunk) / descriptorsPerChunk;
    if (chunkIndex !== this.#chunkIndex) {
      this.#chunkIndex = -1;
      this.#chunkLength = this.#source.readInto(this.fileOffsetOf(index - inChunk), this.#chunk);
      this.#chunkIndex = chunkIndex;
    }
    const at = inChunk * descriptorSizeInBytes;
    if (at + descriptorSizeInBytes > this.#chunkLength) {
      return undefined;
    }
    const first = this.#view.getUint32(at, this.#isLittle);
    const second = this.#view.getUint32(at + 4, this.#isLittle);
    const offset = this.#isLittle ? second * 2 ** 32 + first : first * 2 ** 32 + second;
    return {
      offset,
      ...(offset > Number.MAX_SAFE_INTEGER
        ? { exactOffset: this.#view.getBigUint64(at, this.#isLittle) }
        : {}),
      size: this.#view.getUint32(at + 8, this.#isLittle),
      flags: this.#view.getUint32(at + 12, this.#isLittle),
    };
  }
}
