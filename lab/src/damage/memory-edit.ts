import type { Kernel } from '@vmcorekit/core';

/** Writes into a kernel's memory. The dump's file stays as it is; the pages change in a copy. */
export class MemoryEdit {
  /** By PFN. */
  readonly changed: Map<number, Uint8Array> = new Map();
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Throws as reading a kernel's memory does. */
  write(address: bigint, bytes: Uint8Array): void {
    for (const [index, byte] of bytes.entries()) {
      const { physicalAddress } = this.#kernel.memory.translate(address + BigInt(index));
      const { memory } = this.#kernel.dump.image;
      const size = memory.pageSizeInBytes;
      const pfn = Math.floor(physicalAddress / size);
      const page = this.changed.get(pfn) ?? Uint8Array.from(memory.read(pfn * size, size));
      page[physicalAddress % size] = byte;
      this.changed.set(pfn, page);
    }
  }

  word(address: bigint, value: bigint): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    this.write(address, bytes);
  }

  /** Takes a node out of its list, as a rootkit does. */
  unlink(node: bigint): void {
    const { memory } = this.#kernel;
    const [next, previous] = [memory.readPointer(node), memory.readPointer(node + 8n)];
    this.word(previous, next);
    this.word(next + 8n, previous);
  }

  /** Hangs a node onto the end of a list. */
  append(head: bigint, node: bigint): void {
    const last = this.#kernel.memory.readPointer(head + 8n);
    this.word(node, head);
    this.word(node + 8n, last);
    this.word(last, node);
    this.word(head + 8n, node);
  }
}
