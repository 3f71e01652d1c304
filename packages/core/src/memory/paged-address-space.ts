import type { AddressSpace } from '../address-space.ts';
import type { Paging, PagingRoot, Translation } from '../architecture.ts';
import type { PhysicalMemory } from '../physical-memory.ts';
import { latin1UntilNul } from '../text.ts';

const cachedTranslations = 4096;

/** An address space over one root, with the translations last used kept by their 4 KiB page. */
export class PagedAddressSpace implements AddressSpace {
  readonly root: PagingRoot;
  readonly #memory: PhysicalMemory;
  readonly #paging: Paging;
  /** Virtual page number to physical page address. */
  readonly #pages: Map<bigint, number> = new Map();

  constructor(memory: PhysicalMemory, paging: Paging, root: PagingRoot) {
    this.#memory = memory;
    this.#paging = paging;
    this.root = root;
  }

  translate(address: bigint): Translation {
    return this.#paging.translate(this.#memory, this.root, address);
  }

  readInto(address: bigint, target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      const at = address + BigInt(done);
      const inPage = Number(at & 0xfffn);
      const length = Math.min(target.length - done, 0x1000 - inPage);
      this.#memory.readInto(this.#pageOf(at) + inPage, target.subarray(done, done + length));
      done += length;
    }
  }

  read(address: bigint, lengthInBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthInBytes);
    this.readInto(address, bytes);
    return bytes;
  }

  readUint32(address: bigint): number {
    const inPage = Number(address & 0xfffn);
    if (inPage <= 0xffc) {
      return this.#memory.readUint32(this.#pageOf(address) + inPage);
    }
    const bytes = this.read(address, 4);
    return new DataView(bytes.buffer).getUint32(0, this.#memory.byteOrder === 'little');
  }

  readUint64(address: bigint): bigint {
    const inPage = Number(address & 0xfffn);
    if (inPage <= 0xff8) {
      return this.#memory.readUint64(this.#pageOf(address) + inPage);
    }
    const bytes = this.read(address, 8);
    return new DataView(bytes.buffer).getBigUint64(0, this.#memory.byteOrder === 'little');
  }

  readString(address: bigint, limitInBytes: number = 4096): string {
    let text = '';
    let at = address;
    while (text.length < limitInBytes) {
      const length = Math.min(limitInBytes - text.length, 0x1000 - Number(at & 0xfffn), 256);
      const bytes = this.read(at, length);
      const part = latin1UntilNul(bytes);
      text += part;
      if (part.length < length) {
        break;
      }
      at += BigInt(length);
    }
    return text;
  }

  #pageOf(address: bigint): number {
    const pageNumber = address >> 12n;
    let page = this.#pages.get(pageNumber);
    if (page === undefined) {
      page = this.translate(pageNumber << 12n).physicalAddress;
      if (this.#pages.size >= cachedTranslations) {
        this.#pages.clear();
      }
      this.#pages.set(pageNumber, page);
    }
    return page;
  }
}
