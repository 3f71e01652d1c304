import type { Architecture, Kernel, TypeTable } from '@vmcorekit/core';
import { linearMemory } from '../linear-mmu.ts';
import { memoryDump } from '../memory-dump.ts';
import { SparseMemory } from '../sparse-memory.ts';
import { symbolList } from '../symbol-list.ts';
import { testKernel } from './test-kernel.ts';

const sizeInBytes = 0x400000;
const heapAt = 0xffff888000000000n;
const alignmentInBytes = 64n;
const perCpuSizeInBytes = 0x10000;

/** Values by member paths: integers, a text, or several integers of an array of 8-byte words. */
export type FieldValues = Readonly<Record<string, bigint | number | string | readonly bigint[]>>;

/** A kernel of 64 bits whose structures a test builds from named fields. */
export class FieldKernel {
  readonly types: TypeTable;
  readonly memory: SparseMemory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  readonly cpus: readonly number[];
  readonly symbols: Record<string, bigint> = {};
  /** Of each CPU, what is added to the address of a per-CPU variable. */
  readonly areas: readonly bigint[];
  readonly #architecture: Architecture;
  #used: bigint = 0n;
  #perCpuUsed: bigint = 64n;

  constructor(architecture: Architecture, types: TypeTable, cpus: readonly number[] = [0, 1]) {
    this.#architecture = architecture;
    this.types = types;
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

  /** How far memory was taken, for tests that damage it anywhere. */
  get usedInBytes(): number {
    return Number(this.#used);
  }

  /** Zeroed memory. */
  take(lengthInBytes: number): bigint {
    const at = this.#used;
    this.#used += BigInt(lengthInBytes) + alignmentInBytes;
    this.#used -= this.#used % alignmentInBytes;
    if (this.#used > sizeInBytes) {
      throw new Error('the memory of the test is full');
    }
    return heapAt + at;
  }

  /** Space at one per-CPU address; each CPU has it at its own offset. */
  takePerCpu(lengthInBytes: number): bigint {
    const at = this.#perCpuUsed;
    this.#perCpuUsed += BigInt(lengthInBytes) + alignmentInBytes;
    this.#perCpuUsed -= this.#perCpuUsed % alignmentInBytes;
    return at;
  }

  /** A structure with these fields; the rest is zero. `sizeInBytes` where it is no structure's. */
  make(struct: string, fields: FieldValues = {}): bigint {
    const address = this.take(this.sizeOf(struct));
    this.set(address, struct, fields);
    return address;
  }

  sizeOf(struct: string): number {
    return this.#struct(struct).sizeInBytes ?? 0;
  }

  /** The address of a member. */
  at(address: bigint, struct: string, path: string): bigint {
    return address + BigInt(this.#member(struct, path).offsetInBytes);
  }

  set(address: bigint, struct: string, fields: FieldValues): void {
    for (const [path, value] of Object.entries(fields)) {
      const { sizeInBytes: size, offsetInBytes } = this.#member(struct, path);
      const at = address + BigInt(offsetInBytes);
      if (typeof value === 'string') {
        this.bytes(at, new TextEncoder().encode(value));
      } else if (typeof value === 'object') {
        this.put(at, ...value);
      } else {
        this.integer(at, BigInt(value), size ?? 8);
      }
    }
  }

  integer(address: bigint, value: bigint, size: number): void {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigUint64(0, BigInt.asUintN(64, value), true);
    this.bytes(address, new Uint8Array(bytes.buffer, 0, size));
  }

  put(address: bigint, ...words: readonly bigint[]): void {
    for (const [index, word] of words.entries()) {
      this.integer(address + BigInt(8 * index), word, 8);
    }
  }

  bytes(address: bigint, bytes: Uint8Array): void {
    this.memory.write(Number(address - heapAt), bytes);
  }

  /** A text with its NUL. */
  text(value: string): bigint {
    const bytes = new TextEncoder().encode(`${value}\0`);
    const at = this.take(bytes.length);
    this.bytes(at, bytes);
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

  #struct(name: string) {
    const struct = this.types.struct(name);
    if (struct === undefined) {
      throw new Error(`the test's types have no struct ${name}`);
    }
    return struct;
  }

  #member(struct: string, path: string) {
    const member = this.#struct(struct).member(path);
    if (member === undefined) {
      throw new Error(`the test's struct ${struct} has no ${path}`);
    }
    return member;
  }
}
