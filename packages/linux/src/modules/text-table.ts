import {
  isZero,
  type KernelMemory,
  latin1Text,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';

const pageSizeInBytes = 4096;
/** 4 MiB: more than the names of any module take. */
const cachedPages = 1024;
/** KSYM_NAME_LEN. Source: Linux, include/linux/kallsyms.h (512 since 6.1). */
const longestNameInBytes = 512;

/**
 * Names that end with NUL, by their offset in one table. Reads the pages it needs, each once. Bytes
 * are characters, as everywhere in symbols.
 */
export class TextTable {
  readonly #memory: Pick<KernelMemory, 'read'>;
  /** Where the page begins that the table begins in. */
  readonly #firstPage: VirtualAddress;
  readonly #startInPage: number;
  readonly #sizeInBytes: number;
  readonly #pages: Map<number, Uint8Array | null> = new Map();

  constructor(memory: Pick<KernelMemory, 'read'>, start: VirtualAddress, sizeInBytes: number) {
    this.#memory = memory;
    this.#startInPage = Number(start % BigInt(pageSizeInBytes));
    this.#firstPage = start - BigInt(this.#startInPage);
    this.#sizeInBytes = sizeInBytes;
  }

  /** Undefined where a byte of it cannot be read, or it does not end where a name must. */
  textAt(offset: number): string | undefined {
    const bytes: number[] = [];
    for (let at = offset; bytes.length < longestNameInBytes; at++) {
      const byte = this.#byteAt(at);
      if (byte === undefined) {
        return undefined;
      }
      if (byte === 0) {
        return latin1Text(Uint8Array.from(bytes));
      }
      bytes.push(byte);
    }
    return undefined;
  }

  /** Whether exactly this name stands there. */
  isAt(offset: number, name: Uint8Array): boolean {
    for (let at = 0; at < name.length; at++) {
      if (this.#byteAt(offset + at) !== name[at]) {
        return false;
      }
    }
    return this.#byteAt(offset + name.length) === 0;
  }

  /** Undefined outside the table, and where it cannot be read. */
  #byteAt(offset: number): number | undefined {
    if (offset >= this.#sizeInBytes) {
      return undefined;
    }
    const at = this.#startInPage + offset;
    const number = Math.floor(at / pageSizeInBytes);
    let page = this.#pages.get(number);
    if (page === undefined) {
      const start = this.#firstPage + BigInt(number * pageSizeInBytes);
      const bytes = tryRead(() => this.#memory.read(start, pageSizeInBytes));
      page = bytes === undefined || isZero(bytes) ? null : bytes;
      if (this.#pages.size >= cachedPages) {
        this.#pages.clear();
      }
      this.#pages.set(number, page);
    }
    return page?.[at - number * pageSizeInBytes];
  }
}
