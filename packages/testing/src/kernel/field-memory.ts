import type { TypeTable } from '@vmcorekit/core';
import type { SparseMemory } from '../sparse-memory.ts';

/** Values by member paths: integers, a text, or several integers of an array of 8-byte words. */
export type FieldValues = Readonly<Record<string, bigint | number | string | readonly bigint[]>>;

export interface FieldMemoryFields {
  readonly types: TypeTable;
  readonly memory: SparseMemory;
  /** The address of the memory's first byte. */
  readonly base: bigint;
  /** The first byte of memory that may be taken; 0. */
  readonly from?: number;
}

/** Memory of a kernel of 64 bits, taken piece by piece and written by the names of fields. */
export class FieldMemory {
  readonly types: TypeTable;
  readonly memory: SparseMemory;
  readonly #base: bigint;
  #used: number;

  constructor({ types, memory, base, from = 0 }: FieldMemoryFields) {
    this.types = types;
    this.memory = memory;
    this.#base = base;
    this.#used = from;
  }

  /** The first byte of memory that was not taken. */
  get usedInBytes(): number {
    return this.#used;
  }

  /** Zeroed memory. */
  take(lengthInBytes: number, alignmentInBytes: number = 8): bigint {
    const from = Math.ceil(this.#used / alignmentInBytes) * alignmentInBytes;
    this.#used = from + lengthInBytes;
    return this.#base + BigInt(from);
  }

  /** A structure with these fields; the rest is zero. */
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
    this.memory.write(Number(address - this.#base), bytes);
  }

  /** A text with its NUL. */
  text(value: string): bigint {
    const bytes = new TextEncoder().encode(`${value}\0`);
    const at = this.take(bytes.length, 1);
    this.bytes(at, bytes);
    return at;
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
