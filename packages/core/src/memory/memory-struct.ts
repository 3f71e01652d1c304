import { VmcorekitError } from '../errors.ts';
import type { KernelMemory, KernelStruct } from '../kernel.ts';
import type { StructMember, StructType } from '../types.ts';

/** A structure at an address of a kernel's memory. */
export class MemoryStruct implements KernelStruct {
  readonly type: StructType;
  readonly address: bigint;
  readonly #memory: KernelMemory;

  constructor(memory: KernelMemory, type: StructType, address: bigint) {
    this.#memory = memory;
    this.type = type;
    this.address = address;
  }

  addressOf(member: string): bigint {
    return this.address + BigInt(this.#member(member).offsetInBytes);
  }

  uint8(member: string): number {
    return this.#memory.readUint8(this.addressOf(member));
  }

  uint16(member: string): number {
    return this.#memory.readUint16(this.addressOf(member));
  }

  uint32(member: string): number {
    return this.#memory.readUint32(this.addressOf(member));
  }

  uint64(member: string): bigint {
    return this.#memory.readUint64(this.addressOf(member));
  }

  int32(member: string): number {
    return this.#memory.readInt32(this.addressOf(member));
  }

  int64(member: string): bigint {
    return this.#memory.readInt64(this.addressOf(member));
  }

  pointer(member: string): bigint {
    return this.#memory.readPointer(this.addressOf(member));
  }

  text(member: string, limitInBytes?: number): string {
    const { sizeInBytes } = this.#member(member);
    return this.#memory.readText(this.addressOf(member), limitInBytes ?? sizeInBytes ?? undefined);
  }

  #member(name: string): StructMember {
    const member = this.type.member(name);
    if (member === undefined) {
      throw new VmcorekitError('unknown-name', { kind: `member of struct ${this.type.name}`, name, known: [] });
    }
    return member;
  }
}
