import type { AddressSpace } from '../address-space.ts';
import type { Paging, PagingRoot, Translation } from '../architecture.ts';
import type { PhysicalMemory } from '../physical-memory.ts';
import { latin1UntilNul } from '../text.ts';
import { TranslationCache } from './translation-cache.ts';
import { uint32At, uint64At } from './words.ts';

/** An address space over one root, with the translations last used kept by their 4 KiB page. */
export class PagedAddressSpace implements AddressSpace {
  readonly root: PagingRoot;
  readonly #memory: PhysicalMemory;
  readonly #paging: Paging;
  readonly #translations: TranslationCache = new TranslationCache();

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
      const physicalAddress = this.#physicalAddressOf(address + BigInt(done));
      const length = Math.min(target.length - done, 0x1000 - (physicalAddress % 0x1000));
      this.#memory.readInto(physicalAddress, target.subarray(done, done + length));
      done += length;
    }
  }

  read(address: bigint, lengthInBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthInBytes);
    this.readInto(address, bytes);
    return bytes;
  }

  readUint32(address: bigint): number {
    const physicalAddress = this.#physicalAddressOf(address);
    return physicalAddress % 0x1000 <= 0xffc
      ? this.#memory.readUint32(physicalAddress)
      : uint32At(this.read(address, 4), 0, this.#memory.byteOrder);
  }

  readUint64(address: bigint): bigint {
    const physicalAddress = this.#physicalAddressOf(address);
    return physicalAddress % 0x1000 <= 0xff8
      ? this.#memory.readUint64(physicalAddress)
      : uint64At(this.read(address, 8), 0, this.#memory.byteOrder);
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

  #physicalAddressOf(address: bigint): number {
    const held = this.#translations.get(address);
    if (held >= 0) {
      return held;
    }
    const { physicalAddress } = this.translate(address);
    this.#translations.set(address, physicalAddress);
    return physicalAddress;
  }
}
