import type { Mmu, Translation, TranslationRoot } from '../architecture.ts';
import { VmcorekitError } from '../errors.ts';
import type { KernelMemory, KernelStruct } from '../kernel.ts';
import type { PhysicalMemory } from '../physical-memory.ts';
import type { ByteOrder, VirtualAddress } from '../spaces.ts';
import { latin1UntilNul, utf8Text } from '../text.ts';
import type { StructType } from '../types.ts';
import { tryRead } from '../unreadable.ts';
import { MemoryStruct } from './memory-struct.ts';
import { TranslationCache } from './translation-cache.ts';
import { uint32At, uint64At } from './words.ts';

const defaultTextLimitInBytes = 4096;
/** 2 MiB, the smallest large page of 64-bit processors. */
const largePageBits = 21;
/** Most texts are shorter; a longer one takes another read. */
const textStepInBytes = 256;

/**
 * The longest read allowed: no structure of a kernel is larger, and the bytes are held in memory.
 */
const maxReadInBytes = 2 ** 30;

export interface TranslatedMemoryOptions {
  /** The kernel's; defaults to the file's. */
  readonly byteOrder?: ByteOrder;
  readonly wordSizeInBits?: 32 | 64;
  /** Why an address must not be read through this root; undefined where it may be. */
  readonly refusalOf?: (address: VirtualAddress) => string | undefined;
}

/** Virtual memory through one root. Caches recent translations by page. */
export class TranslatedMemory implements KernelMemory {
  readonly root: TranslationRoot;
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly #memory: PhysicalMemory;
  readonly #mmu: Mmu;
  readonly #pageSizeInBytes: number;
  readonly #isFilesByteOrder: boolean;
  readonly #refusalOf: TranslatedMemoryOptions['refusalOf'];
  readonly #translations: TranslationCache = new TranslationCache();
  /** A kernel maps its image and all memory by large pages: a walk for each small one is wasted. */
  readonly #largeTranslations: TranslationCache = new TranslationCache(largePageBits, 1024);

  constructor(
    memory: PhysicalMemory,
    mmu: Mmu,
    root: TranslationRoot,
    options: TranslatedMemoryOptions = {},
  ) {
    this.#memory = memory;
    this.#mmu = mmu;
    this.root = root;
    this.byteOrder = options.byteOrder ?? memory.byteOrder;
    this.wordSizeInBits = options.wordSizeInBits ?? 64;
    this.#pageSizeInBytes = root.basePageSizeInBytes;
    this.#isFilesByteOrder = this.byteOrder === memory.byteOrder;
    this.#refusalOf = options.refusalOf;
  }

  /** The same memory, without the addresses that are refused. */
  refusing(refusalOf: (address: VirtualAddress) => string | undefined): TranslatedMemory {
    const { byteOrder, wordSizeInBits } = this;
    const options = { byteOrder, wordSizeInBits, refusalOf };
    return new TranslatedMemory(this.#memory, this.#mmu, this.root, options);
  }

  /** Throws `not-mapped`, also for an address that is refused. */
  translate(address: bigint): Translation {
    const because = this.#refusalOf?.(address);
    if (because !== undefined) {
      throw new VmcorekitError('not-mapped', { virtualAddress: address, because });
    }
    return this.#mmu.translate(this.#memory, this.root, address);
  }

  readInto(address: bigint, target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      const physicalAddress = this.#physicalAddressOf(address + BigInt(done));
      const length = this.#lengthOfPart(physicalAddress, target.length - done);
      this.#memory.readInto(physicalAddress, target.subarray(done, done + length));
      done += length;
    }
  }

  tryReadInto(address: bigint, target: Uint8Array): boolean {
    return tryRead(() => this.#isFilled(address, target)) === true;
  }

  read(address: bigint, lengthInBytes: number): Uint8Array {
    if (!isReadable(lengthInBytes)) {
      throw new VmcorekitError('usage', {
        what: 'the length of a read',
        got: String(lengthInBytes),
        allowed: `0 to ${maxReadInBytes} bytes`,
      });
    }
    const bytes = this.#bytesFor(address, lengthInBytes);
    this.readInto(address, bytes);
    return bytes;
  }

  tryRead(address: bigint, lengthInBytes: number): Uint8Array | undefined {
    return isReadable(lengthInBytes)
      ? tryRead(() => {
          const bytes = this.#bytesFor(address, lengthInBytes);
          return this.#isFilled(address, bytes) ? bytes : undefined;
        })
      : undefined;
  }

  readUint8(address: bigint): number {
    return this.read(address, 1)[0] as number;
  }

  readUint16(address: bigint): number {
    const [first = 0, second = 0] = this.read(address, 2);
    return this.byteOrder === 'little' ? first | (second << 8) : (first << 8) | second;
  }

  readUint32(address: bigint): number {
    const physicalAddress = this.#physicalAddressOf(address);
    return this.#isFilesByteOrder &&
      physicalAddress % this.#pageSizeInBytes <= this.#pageSizeInBytes - 4
      ? this.#memory.readUint32(physicalAddress)
      : uint32At(this.read(address, 4), 0, this.byteOrder);
  }

  readUint64(address: bigint): bigint {
    const physicalAddress = this.#physicalAddressOf(address);
    return this.#isFilesByteOrder &&
      physicalAddress % this.#pageSizeInBytes <= this.#pageSizeInBytes - 8
      ? this.#memory.readUint64(physicalAddress)
      : uint64At(this.read(address, 8), 0, this.byteOrder);
  }

  readInt8(address: bigint): number {
    return (this.readUint8(address) << 24) >> 24;
  }

  readInt16(address: bigint): number {
    return (this.readUint16(address) << 16) >> 16;
  }

  readInt32(address: bigint): number {
    return this.readUint32(address) | 0;
  }

  readInt64(address: bigint): bigint {
    return BigInt.asIntN(64, this.readUint64(address));
  }

  readPointer(address: bigint): bigint {
    return this.wordSizeInBits === 64 ? this.readUint64(address) : BigInt(this.readUint32(address));
  }

  readString(address: bigint, limitInBytes: number = defaultTextLimitInBytes): string {
    return latin1UntilNul(this.#bytesUntilNul(address, limitInBytes));
  }

  readText(address: bigint, limitInBytes: number = defaultTextLimitInBytes): string {
    return utf8Text(this.#bytesUntilNul(address, limitInBytes));
  }

  struct(type: StructType, address: bigint): KernelStruct {
    return new MemoryStruct(this, type, address);
  }

  /** Up to the NUL, or `limitInBytes`; never reads beyond the page that holds the NUL. */
  #bytesUntilNul(address: bigint, limitInBytes: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let lengthInBytes = 0;
    while (lengthInBytes < limitInBytes) {
      const at = address + BigInt(lengthInBytes);
      const inPage = Number(at % BigInt(this.#pageSizeInBytes));
      const bytes = this.#textAt(
        at,
        Math.min(limitInBytes - lengthInBytes, this.#pageSizeInBytes - inPage, textStepInBytes),
      );
      const end = bytes.indexOf(0);
      parts.push(end < 0 ? bytes : bytes.subarray(0, end));
      lengthInBytes += end < 0 ? bytes.length : end;
      if (end >= 0) {
        break;
      }
    }
    const text = new Uint8Array(lengthInBytes);
    let done = 0;
    for (const part of parts) {
      text.set(part, done);
      done += part.length;
    }
    return text;
  }

  /** Reads so many bytes. Where not all of them can be read, reads those up to a NUL. */
  #textAt(address: bigint, lengthInBytes: number): Uint8Array {
    const bytes = this.tryRead(address, lengthInBytes);
    if (bytes !== undefined) {
      return bytes;
    }
    const text: number[] = [];
    while (text.at(-1) !== 0 && text.length < lengthInBytes) {
      text.push(this.readUint8(address + BigInt(text.length)));
    }
    return Uint8Array.from(text);
  }

  /** Bytes to read into. A length may come out of a hostile dump, so its end must be mapped. */
  #bytesFor(address: bigint, lengthInBytes: number): Uint8Array {
    if (lengthInBytes > this.#pageSizeInBytes) {
      this.#physicalAddressOf(address + BigInt(lengthInBytes - 1));
    }
    return new Uint8Array(lengthInBytes);
  }

  /** False where a page cannot be read. Throws where an address has no translation. */
  #isFilled(address: bigint, target: Uint8Array): boolean {
    let done = 0;
    while (done < target.length) {
      const physicalAddress = this.#physicalAddressOf(address + BigInt(done));
      const length = this.#lengthOfPart(physicalAddress, target.length - done);
      if (!this.#memory.tryReadInto(physicalAddress, target.subarray(done, done + length))) {
        return false;
      }
      done += length;
    }
    return true;
  }

  /** How much of a range is contiguous in physical memory. */
  #lengthOfPart(physicalAddress: number, lengthInBytes: number): number {
    return Math.min(
      lengthInBytes,
      this.#pageSizeInBytes - (physicalAddress % this.#pageSizeInBytes),
    );
  }

  #physicalAddressOf(address: bigint): number {
    const held = this.#translations.get(address);
    if (held >= 0) {
      return held;
    }
    const large = this.#largeTranslations.get(address);
    if (large >= 0) {
      this.#translations.set(address, large);
      return large;
    }
    const { physicalAddress, mappingSizeInBytes } = this.translate(address);
    this.#translations.set(address, physicalAddress);
    if (mappingSizeInBytes >= 2 ** largePageBits) {
      this.#largeTranslations.set(address, physicalAddress);
    }
    return physicalAddress;
  }
}

function isReadable(lengthInBytes: number): boolean {
  return (
    Number.isSafeInteger(lengthInBytes) && lengthInBytes >= 0 && lengthInBytes <= maxReadInBytes
  );
}
