import type { KernelMemory } from '@vmcorekit/core';

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

/** A stretch of a kernel's memory. `need` throws as reading memory does. */
export class PagedBytes implements BtfBytes {
  readonly bytes: Uint8Array;
  readonly #memory: Pick<KernelMemory, 'readInto'>;
  readonly #start: bigint;
  /** How many bytes of its page lie before the start. */
  readonly #lead: number;
  readonly #isRead: Uint8Array;

  /** The size is the caller's to bound. */
  constructor(memory: Pick<KernelMemory, 'readInto'>, start: bigint, sizeInBytes: number) {
    this.#memory = memory;
    this.#start = start;
    this.#lead = Number(start % BigInt(pageSizeInBytes));
    this.bytes = new Uint8Array(sizeInBytes);
    this.#isRead = new Uint8Array(Math.ceil((this.#lead + sizeInBytes) / pageSizeInBytes));
  }

  need(at: number, lengthInBytes: number): void {
    const end = Math.min(this.bytes.length, at + lengthInBytes) + this.#lead;
    for (let page = Math.floor((at + this.#lead) / pageSizeInBytes); ; page++) {
      const from = page * pageSizeInBytes;
      if (from >= end) {
        return;
      }
      if (this.#isRead[page] === 0) {
        this.#read(from - this.#lead);
        this.#isRead[page] = 1;
      }
    }
  }

  /** The part of a page that lies within the stretch. */
  #read(pageAt: number): void {
    const from = Math.max(0, pageAt);
    this.#memory.readInto(
      this.#start + BigInt(from),
      this.bytes.subarray(from, Math.min(this.bytes.length, pageAt + pageSizeInBytes)),
    );
  }
}
