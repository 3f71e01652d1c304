import { type ByteOrder, noSymbols, type SymbolTable, type TypeTable } from '@vmcorekit/core';
import { btfTypes, type Containers, WalkNotes } from '@vmcorekit/linux';
import { linearMemory, SparseMemory, structsBtf } from '@vmcorekit/testing';

/** Where the kernel's memory begins. */
export const start = 0xffff888000000000n;
const sizeInBytes = 0x400000;

export interface HeapFields {
  readonly byteOrder?: ByteOrder;
  readonly wordSizeInBits?: 32 | 64;
  /** Lower in a kernel of 32 bits. */
  readonly at?: bigint;
  readonly types?: TypeTable;
  readonly symbols?: SymbolTable;
}

/** Memory of a kernel in which a test builds containers, word by word. */
export class Heap {
  readonly memory: SparseMemory;
  readonly kernel: Containers;
  readonly notes: WalkNotes = new WalkNotes();
  readonly wordSizeInBytes: 4 | 8;
  readonly #at: bigint;
  readonly #byteOrder: ByteOrder;
  #used: number = 0;

  constructor({
    byteOrder = 'little',
    wordSizeInBits = 64,
    at = start,
    types = noTypes,
    symbols = noSymbols,
  }: HeapFields = {}) {
    this.memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }], byteOrder });
    this.wordSizeInBytes = wordSizeInBits === 64 ? 8 : 4;
    this.#at = at;
    this.#byteOrder = byteOrder;
    const memory = linearMemory(
      this.memory,
      [{ virtualAddress: at, physicalAddress: 0, lengthInBytes: sizeInBytes }],
      { wordSizeInBits },
    );
    this.kernel = { memory, types, symbols };
  }

  /** Zeroed memory. */
  take(lengthInBytes: number, alignment: number = 8): bigint {
    const from = Math.ceil(this.#used / alignment) * alignment;
    this.#used = from + lengthInBytes;
    if (this.#used > sizeInBytes) {
      throw new Error('the heap is full');
    }
    return this.#at + BigInt(from);
  }

  /** Writes words from an address on. */
  put(address: bigint, ...words: readonly bigint[]): void {
    const bytes = new DataView(new ArrayBuffer(words.length * this.wordSizeInBytes));
    const isLittle = this.#byteOrder === 'little';
    for (const [index, word] of words.entries()) {
      if (this.wordSizeInBytes === 8) {
        bytes.setBigUint64(index * 8, BigInt.asUintN(64, word), isLittle);
      } else {
        bytes.setUint32(index * 4, Number(BigInt.asUintN(32, word)), isLittle);
      }
    }
    this.bytes(address, new Uint8Array(bytes.buffer));
  }

  bytes(address: bigint, bytes: Uint8Array): void {
    this.memory.write(Number(address - this.#at), bytes);
  }

  word(address: bigint): bigint {
    return this.kernel.memory.readPointer(address);
  }

  /** Leaves the page of an address out of the dump. */
  exclude(address: bigint): void {
    this.memory.exclude(Number(address - this.#at));
  }

  /** How far memory was taken, for tests that damage it anywhere. */
  get usedInBytes(): number {
    return this.#used;
  }
}

const noTypes: TypeTable = {
  from: 'the test',
  remarks: [],
  struct: () => undefined,
  enumeration: () => undefined,
};

/** Types as BTF has them, from sizes and offsets in bytes. */
export function typesOf(...parts: Parameters<typeof structsBtf>): TypeTable {
  return btfTypes(structsBtf(...parts), { wordSizeInBits: 64 });
}
