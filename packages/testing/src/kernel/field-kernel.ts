import type { Architecture, Kernel, TypeTable } from '@vmcorekit/core';
import { linearMemory } from '../linear-mmu.ts';
import { memoryDump } from '../memory-dump.ts';
import { SparseMemory } from '../sparse-memory.ts';
import { symbolList } from '../symbol-list.ts';
import { FieldMemory, type FieldValues } from './field-memory.ts';
import { testKernel } from './test-kernel.ts';

export type { FieldValues };

const sizeInBytes = 0x400000;
const heapAt = 0xffff888000000000n;
const alignmentInBytes = 64;
const perCpuSizeInBytes = 0x10000;

/** A kernel of 64 bits whose structures a test builds from named fields. */
export class FieldKernel extends FieldMemory {
  readonly cpus: readonly number[];
  readonly symbols: Record<string, bigint> = {};
  /** Of each CPU, what is added to the address of a per-CPU variable. */
  readonly areas: readonly bigint[];
  readonly #architecture: Architecture;
  #perCpuUsed: bigint = BigInt(alignmentInBytes);

  constructor(architecture: Architecture, types: TypeTable, cpus: readonly number[] = [0, 1]) {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
    super({ types, memory, base: heapAt });
    this.#architecture = architecture;
    this.cpus = cpus;
    const count = Math.max(...cpus) + 1;
    const [limit, mask, offsets] = [this.take(8), this.take(8), this.take(8 * count)];
    this.areas = Array.from({ length: count }, () => this.take(perCpuSizeInBytes));
    this.put(limit, BigInt(count));
    this.put(mask, BigInt(cpus.reduce((bits, cpu) => bits | (1 << cpu), 0)));
    this.put(offsets, ...this.areas);
    Object.assign(this.symbols, {
      nr_cpu_ids: limit,
      __cpu_possible_mask: mask,
      __per_cpu_offset: offsets,
    });
  }

  /** Zeroed memory, with a gap to the next. */
  override take(lengthInBytes: number): bigint {
    const at = super.take(withGap(lengthInBytes), alignmentInBytes);
    if (this.usedInBytes > sizeInBytes) {
      throw new Error('the memory of the test is full');
    }
    return at;
  }

  /** Space at one per-CPU address; each CPU has it at its own offset. */
  takePerCpu(lengthInBytes: number): bigint {
    const at = this.#perCpuUsed;
    this.#perCpuUsed += BigInt(withGap(lengthInBytes));
    return at;
  }

  /** A function of the kernel of that name. */
  code(name: string): bigint {
    const at = this.symbols[name] ?? this.take(64);
    this.symbols[name] = at;
    return at;
  }

  /** An empty `struct list_head` at an address. */
  emptyList(head: bigint): void {
    this.put(head, head, head);
  }

  /** Hangs nodes onto the end of a list. */
  append(head: bigint, ...nodes: readonly bigint[]): void {
    for (const node of nodes) {
      const last = this.word(head + 8n);
      this.put(node, head, last);
      this.put(last, node);
      this.put(head + 8n, node);
    }
  }

  /** Hangs nodes onto an empty `struct hlist_head`. */
  hang(head: bigint, ...nodes: readonly bigint[]): void {
    let pointer = head;
    for (const node of nodes) {
      this.put(pointer, node);
      this.put(node, 0n, pointer);
      pointer = node;
    }
  }

  /** Makes nodes the red-black tree below a root; each is the right child of the one before. */
  tree(root: bigint, ...nodes: readonly bigint[]): void {
    for (const [index, node] of nodes.entries()) {
      this.put(node, index === 0 ? 0n : (nodes[index - 1] ?? 0n), nodes[index + 1] ?? 0n, 0n);
    }
    this.put(root, nodes[0] ?? 0n, nodes[0] ?? 0n);
  }

  word(address: bigint): bigint {
    return this.kernel().memory.readPointer(address);
  }

  /** Leaves the page of an address out of the dump. */
  lose(address: bigint): void {
    this.memory.exclude(Number(address - heapAt));
  }

  kernel(more: Partial<Kernel> = {}): Kernel {
    return testKernel({
      dump: memoryDump({ memory: this.memory, architecture: this.#architecture }),
      memory: linearMemory(this.memory, [
        { virtualAddress: heapAt, physicalAddress: 0, lengthInBytes: sizeInBytes },
      ]),
      types: this.types,
      symbols: symbolList(this.symbols),
      ...(more as object),
    });
  }
}

function withGap(lengthInBytes: number): number {
  return (Math.floor(lengthInBytes / alignmentInBytes) + 1) * alignmentInBytes;
}
