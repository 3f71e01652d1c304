import { isUnreadable, type KernelMemory, tryRead } from '@vmcorekit/core';
import { refuseZeroPages } from '../zero-page.ts';

const pageSizeInBytes = 4096;

/** Bytes that are read from a dump whole, or page by page when they are needed. */
export interface BtfBytes {
  /** Zeros where nothing was read yet. */
  readonly bytes: Uint8Array;
  /** Reads a part where it was not read yet; a part beyond the end ends there. */
  need(at: number, lengthInBytes: number): void;
}

export function wholeBytes(bytes: Uint8Array): BtfBytes {
  return { bytes, need: () => {} };
}

type PagedMemory = Pick<KernelMemory, 'readInto' | 'tryRead' | 'translate'>;

/** A stretch of a kernel's memory. `need` throws as reading memory does. */
export class PagedBytes implements BtfBytes {
  readonly bytes: Uint8Array;
  readonly #memory: PagedMemory;
  readonly #start: bigint;
  /** How many bytes of its page lie before the start. */
  readonly #lead: number;
  readonly #isRead: Uint8Array;
  /** Why a page cannot be read, by its index: a lost one is asked for again and again. */
  readonly #lost: Map<number, Error> = new Map();

  /** The size is the caller's to bound. */
  constructor(memory: PagedMemory, start: bigint, sizeInBytes: number) {
    this.#memory = memory;
    this.#start = start;
    this.#lead = Number(start % BigInt(pageSizeInBytes));
    this.bytes = new Uint8Array(sizeInBytes);
    this.#isRead = new Uint8Array(Math.ceil((this.#lead + sizeInBytes) / pageSizeInBytes));
  }

  /** How many pages there are, and how many of those that were needed cannot be read. */
  get pages(): { readonly all: number; readonly lost: number } {
    return { all: this.#isRead.length, lost: this.#lost.size };
  }

  /** Reads all that can be read. Throws for nothing that is lost. */
  needAll(): void {
    for (let at = 0; at < this.bytes.length; at += pageSizeInBytes) {
      tryRead(() => this.need(at, pageSizeInBytes));
    }
  }

  need(at: number, lengthInBytes: number): void {
    const end = Math.min(this.bytes.length, at + lengthInBytes) + this.#lead;
    for (let page = Math.floor((at + this.#lead) / pageSizeInBytes); ; page++) {
      const from = page * pageSizeInBytes;
      if (from >= end) {
        return;
      }
      if (this.#isRead[page] === 0) {
        this.#readOnce(page);
      }
    }
  }

  #readOnce(page: number): void {
    const known = this.#lost.get(page);
    if (known !== undefined) {
      throw known;
    }
    try {
      this.#read(page * pageSizeInBytes - this.#lead);
      this.#isRead[page] = 1;
    } catch (error) {
      if (isUnreadable(error)) {
        this.#lost.set(page, error);
      }
      throw error;
    }
  }

  /** The part of a page that lies within the stretch, of which no page is all zeros. */
  #read(pageAt: number): void {
    const from = Math.max(0, pageAt);
    const at = this.#start + BigInt(from);
    const bytes = this.bytes.subarray(from, Math.min(this.bytes.length, pageAt + pageSizeInBytes));
    this.#memory.readInto(at, bytes);
    refuseZeroPages(this.#memory, at, bytes);
  }
}
