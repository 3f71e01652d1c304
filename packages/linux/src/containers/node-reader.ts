import { hex, isUnreadable, type KernelMemory, type VirtualAddress } from '@vmcorekit/core';

const upperHalf = 1n << 63n;
/** Source: Linux, include/linux/poison.h (LIST_POISON1 and 2, and their values before 4.5). */
const poisons: ReadonlySet<bigint> = new Set([0x100n, 0x122n, 0x200n, 0x100100n, 0x200200n]);
const poisonDeltas = [0n, 0xdead000000000000n] as const;

/** The part of a node that is read. */
export type NodeSize = { readonly words: number } | { readonly sizeInBytes: number };

/**
 * Reads the nodes of one container, one after the other, into one buffer: one read a node, and no
 * allocation for it. What `load` read is valid until the next `load`.
 */
export class NodeReader {
  readonly wordSizeInBytes: 4 | 8;
  readonly #memory: KernelMemory;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  readonly #alignment: bigint;
  readonly #isInUpperHalf: boolean;

  /**
   * `home` is the container's own address. Nodes lie in the same half of the address space:
   * processes have the other one.
   */
  constructor(memory: KernelMemory, home: VirtualAddress, size: NodeSize) {
    this.wordSizeInBytes = memory.wordSizeInBits === 64 ? 8 : 4;
    this.#memory = memory;
    this.#bytes = new Uint8Array(
      'words' in size ? size.words * this.wordSizeInBytes : size.sizeInBytes,
    );
    this.#view = new DataView(this.#bytes.buffer);
    this.#isLittle = memory.byteOrder === 'little';
    this.#alignment = BigInt(this.wordSizeInBytes - 1);
    this.#isInUpperHalf = home >= upperHalf;
  }

  /** Undefined where the node was read; else why no node can be there, as the end of a sentence. */
  load(address: VirtualAddress): string | undefined {
    if ((address & this.#alignment) !== 0n) {
      return `${hex(address)} is not aligned${poisonText(address)}`;
    }
    if (this.#isInUpperHalf && address < upperHalf) {
      return `${hex(address)} is no address of the kernel${poisonText(address)}`;
    }
    try {
      this.#memory.readInto(address, this.#bytes);
      return undefined;
    } catch (error) {
      return unreadableText(address, error);
    }
  }

  /** The word at an offset in bytes. */
  word(offsetInBytes: number): bigint {
    return this.wordSizeInBytes === 8
      ? this.#view.getBigUint64(offsetInBytes, this.#isLittle)
      : BigInt(this.#view.getUint32(offsetInBytes, this.#isLittle));
  }

  uint8(offsetInBytes: number): number {
    return this.#view.getUint8(offsetInBytes);
  }

  uint32(offsetInBytes: number): number {
    return this.#view.getUint32(offsetInBytes, this.#isLittle);
  }
}

/**
 * The word in a container itself, or why it cannot be read. Without a reader, because most buckets
 * of a hash table are empty.
 */
export function headWord(memory: KernelMemory, address: VirtualAddress): bigint | string {
  try {
    return memory.readPointer(address);
  } catch (error) {
    return unreadableText(address, error);
  }
}

/** Passes every error that does not mean "no readable memory here". */
function unreadableText(address: VirtualAddress, error: unknown): string {
  if (error instanceof Error && isUnreadable(error)) {
    return `${hex(address)} cannot be read${poisonText(address)}: ${error.message}`;
  }
  throw error;
}

/** A removed node holds these values. */
function poisonText(address: bigint): string {
  return poisonDeltas.some((delta) => poisons.has(address - delta))
    ? ' (the mark of a removed node)'
    : '';
}
