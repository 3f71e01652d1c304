import type { ByteOrder, ByteSink, PageEncoder } from '@vmcorekit/core';
import { descriptorSizeInBytes } from '../header/layout.ts';
import { Appender } from './appender.ts';

/**
 * The number of zero pages that may wait with a batch; a long run of them starts no batch
 * otherwise.
 */
const maxPagesPerBatch = 4096;

const isZeroPage = 1;

export interface WrittenPages {
  readonly pagesStored: number;
  readonly pagesZero: number;
  /** The end of the file. */
  readonly endsAt: number;
}

export interface PageEncoding {
  readonly encoder: PageEncoder;
  /** The descriptor flag of an encoded page. */
  readonly flag: number;
}

/**
 * Writes descriptors and pages in page order. Pages wait in batches while they are encoded. All
 * zero pages share one raw page, as in QEMU's files: libkdumpfile calls a left-out page excluded
 * whatever the dump level, and only a stored one zero.
 */
export class PageWriter {
  readonly #sizeInBytes: number;
  readonly #byteOrder: ByteOrder;
  readonly #encoding: PageEncoding;
  readonly #descriptors: Appender;
  readonly #data: Appender;
  /** The next descriptor; page_flags stays 0, as every writer leaves it. */
  readonly #descriptor: DataView = new DataView(new ArrayBuffer(descriptorSizeInBytes));
  readonly #descriptorBytes: Uint8Array = new Uint8Array(this.#descriptor.buffer);
  /**
   * For each page of the started batches, and of the open one at the end, whether it is the zero
   * page.
   */
  readonly #batches: number[][] = [[]];
  #storedInOpen = 0;
  #zeroPageAt = -1;
  #pagesZero = 0;
  #pagesStored = 0;

  constructor(
    sink: ByteSink,
    descriptorsFileOffset: number,
    pageCount: number,
    pageSizeInBytes: number,
    byteOrder: ByteOrder,
    encoding: PageEncoding,
  ) {
    this.#sizeInBytes = pageSizeInBytes;
    this.#byteOrder = byteOrder;
    this.#encoding = encoding;
    this.#descriptors = new Appender(sink, descriptorsFileOffset);
    this.#data = new Appender(sink, descriptorsFileOffset + pageCount * descriptorSizeInBytes);
  }

  placeZeroPage(): void {
    if (this.#zeroPageAt < 0) {
      this.#zeroPageAt = this.#data.fileOffset;
      this.#data.append(new Uint8Array(this.#sizeInBytes));
    }
  }

  addZero(): void {
    this.#note(isZeroPage);
  }

  /** Copies the page. */
  add(page: Uint8Array): void {
    this.#encoding.encoder.add(page);
    this.#storedInOpen++;
    this.#note(0);
  }

  end(): WrittenPages {
    this.#start();
    while (this.#batches.length > 1) {
      this.#finish();
    }
    this.#descriptors.flush();
    this.#data.flush();
    return {
      pagesStored: this.#pagesStored,
      pagesZero: this.#pagesZero,
      endsAt: this.#data.fileOffset,
    };
  }

  #note(kind: number): void {
    const open = this.#batches.at(-1) as number[];
    open.push(kind);
    if (
      this.#storedInOpen === this.#encoding.encoder.pagesPerBatch ||
      open.length === maxPagesPerBatch
    ) {
      this.#start();
    }
  }

  #start(): void {
    const { encoder } = this.#encoding;
    encoder.start();
    this.#storedInOpen = 0;
    this.#batches.push([]);
    if (this.#batches.length > encoder.batchesAtOnce) {
      this.#finish();
    }
  }

  #finish(): void {
    const { encoder, flag } = this.#encoding;
    const encoded = encoder.finish();
    let index = 0;
    for (const kind of this.#batches.shift() ?? []) {
      if (kind === isZeroPage) {
        this.placeZeroPage();
        this.#describe(this.#zeroPageAt, this.#sizeInBytes, 0);
        this.#pagesZero++;
      } else {
        const bytes = encoded.bytes(index);
        this.#describe(this.#data.fileOffset, bytes.length, encoded.isEncoded(index) ? flag : 0);
        this.#data.append(bytes);
        this.#pagesStored++;
        index++;
      }
    }
  }

  /** `struct page_desc`. */
  #describe(fileOffset: number, size: number, flags: number): void {
    const view = this.#descriptor;
    const isLittle = this.#byteOrder === 'little';
    view.setUint32(isLittle ? 0 : 4, fileOffset >>> 0, isLittle);
    view.setUint32(isLittle ? 4 : 0, Math.floor(fileOffset / 2 ** 32), isLittle);
    view.setUint32(8, size, isLittle);
    view.setUint32(12, flags, isLittle);
    this.#descriptors.append(this.#descriptorBytes);
  }
}
