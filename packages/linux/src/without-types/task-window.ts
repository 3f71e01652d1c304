import { type KernelMemory, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { isStackMark } from '../stacks/stack-mark.ts';

/** No task_struct is larger, up to where its saved stack pointer lies. */
export const windowSizeInBytes = 0x4000;
const chunkSizeInBytes = 64;
/** Source: Linux, arch/s390/include/asm/lowcore.h (LC_PAGES). */
const lowcoreEnd = 0x2000n;

/** The memory from a task on, of which a chunk is read when first asked for. */
export class TaskWindow {
  readonly address: VirtualAddress;
  readonly #memory: KernelMemory;
  readonly #chunks: Map<number, DataView | undefined> = new Map();
  readonly #isLittle: boolean;
  readonly #isWide: boolean;

  constructor(memory: KernelMemory, address: VirtualAddress) {
    this.address = address;
    this.#memory = memory;
    this.#isLittle = memory.byteOrder === 'little';
    this.#isWide = memory.wordSizeInBits === 64;
  }

  /** A pointer; undefined where it cannot be read. `offset` is a multiple of its size. */
  word(offset: number): bigint | undefined {
    const chunk = this.#chunkOf(offset);
    const at = offset % chunkSizeInBytes;
    return this.#isWide
      ? chunk?.getBigUint64(at, this.#isLittle)
      : chunk === undefined
        ? undefined
        : BigInt(chunk.getUint32(at, this.#isLittle));
  }

  /** Undefined where it cannot be read. `offset` is a multiple of 4. */
  uint32(offset: number): number | undefined {
    return this.#chunkOf(offset)?.getUint32(offset % chunkSizeInBytes, this.#isLittle);
  }

  /** The four bytes of a `uint32`. */
  bytesAt(offset: number): readonly number[] | undefined {
    const at = offset % chunkSizeInBytes;
    const chunk = this.#chunkOf(offset);
    return chunk && [0, 1, 2, 3].map((index) => chunk.getUint8(at + index));
  }

  /**
   * Whether an aligned pointer of a kernel's structure may lead there. A kernel of 64 bits has the
   * half of the addresses that the task lies in: the lower one on s390x, where the lowcore comes
   * first.
   */
  mayLeadTo(address: VirtualAddress): boolean {
    return this.#isWide
      ? address >> 63n === this.address >> 63n && address >= lowcoreEnd && (address & 7n) === 0n
      : address !== 0n && (address & 3n) === 0n;
  }

  /**
   * The pointer at an address. Undefined where it cannot be read; addresses that no kernel has are
   * not tried, because each failure costs more than a hundred reads.
   */
  pointerAt(address: VirtualAddress): bigint | undefined {
    return this.mayLeadTo(address) ? tryRead(() => this.#memory.readPointer(address)) : undefined;
  }

  /** Whether the stack at an address ends as every stack does. */
  hasMark(stack: VirtualAddress, magicAt: number): boolean {
    return this.mayLeadTo(stack) && isStackMark(this.#memory, stack + BigInt(magicAt)) === true;
  }

  /** Chunks lie within the window, and tasks need not be aligned to pages. */
  #chunkOf(offset: number): DataView | undefined {
    if (offset >= windowSizeInBytes) {
      return undefined;
    }
    const index = Math.floor(offset / chunkSizeInBytes);
    if (!this.#chunks.has(index)) {
      const at = BigInt.asUintN(64, this.address + BigInt(index * chunkSizeInBytes));
      const bytes = this.#memory.tryRead(at, chunkSizeInBytes);
      this.#chunks.set(
        index,
        bytes === undefined
          ? undefined
          : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      );
    }
    return this.#chunks.get(index);
  }
}
