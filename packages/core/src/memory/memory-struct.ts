import { bitFieldSizeInBytes, bitFieldValue } from '../bit-field.ts';
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

  bits(member: string): bigint {
    const { offsetInBytes, bits } = this.#member(member);
    if (bits === null) {
      throw this.#wrongRead(member, 'no bit-field', 'a bit-field');
    }
    const bytes = this.#memory.read(
      this.address + BigInt(offsetInBytes),
      bitFieldSizeInBytes(bits),
    );
    return bitFieldValue(bytes, bits, this.#memory.byteOrder);
  }

  uint8(member: string): number {
    return this.#memory.readUint8(this.#wholeAddress(member));
  }

  uint16(member: string): number {
    return this.#memory.readUint16(this.#wholeAddress(member));
  }

  uint32(member: string): number {
    return this.#memory.readUint32(this.#wholeAddress(member));
  }

  uint64(member: string): bigint {
    return this.#memory.readUint64(this.#wholeAddress(member));
  }

  int32(member: string): number {
    return this.#memory.readInt32(this.#wholeAddress(member));
  }

  int64(member: string): bigint {
    return this.#memory.readInt64(this.#wholeAddress(member));
  }

  pointer(member: string): bigint {
    return this.#memory.readPointer(this.#wholeAddress(member));
  }

  text(member: string, limitInBytes?: number): string {
    const { sizeInBytes } = this.#member(member);
    return this.#memory.readText(this.addressOf(member), limitInBytes ?? sizeInBytes ?? undefined);
  }

  /** The bytes of a bit-field are its neighbours' too. */
  #wholeAddress(member: string): bigint {
    const { offsetInBytes, bits } = this.#member(member);
    if (bits !== null) {
      throw this.#wrongRead(
        member,
        'a bit-field',
        'a member of whole bytes (`bits` reads a bit-field)',
      );
    }
    return this.address + BigInt(offsetInBytes);
  }

  #wrongRead(member: string, got: string, allowed: string): VmcorekitError {
    return new VmcorekitError('usage', {
      what: `how struct ${this.type.name}.${member} is read`,
      got,
      allowed,
    });
  }

  #member(name: string): StructMember {
    const member = this.type.member(name);
    if (member === undefined) {
      throw new VmcorekitError('unknown-name', {
        kind: `member of struct ${this.type.name}`,
        name,
        known: [],
      });
    }
    return member;
  }
}
