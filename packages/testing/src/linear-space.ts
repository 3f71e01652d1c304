import { type AddressSpace, type PhysicalMemory, type Translation, VmcorekitError } from '@vmcorekit/core';

/** One stretch of virtual memory mapped to consecutive physical memory. */
export interface LinearMapping {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
  readonly lengthInBytes: number;
}

/** An address space out of a list of mappings, with no page tables behind it. */
export class LinearSpace implements AddressSpace {
  readonly #memory: PhysicalMemory;
  readonly #mappings: readonly LinearMapping[];

  constructor(memory: PhysicalMemory, mappings: readonly LinearMapping[]) {
    this.#memory = memory;
    this.#mappings = mappings;
  }

  translate(address: bigint): Translation {
    const mapping = this.#mappings.find(
      (each) => address >= each.virtualAddress && address < each.virtualAddress + BigInt(each.lengthInBytes),
    );
    if (mapping === undefined) {
      throw new VmcorekitError('not-mapped', { virtualAddress: address, because: 'the test maps nothing there' });
    }
    return {
      physicalAddress: mapping.physicalAddress + Number(address - mapping.virtualAddress),
      mappingSizeInBytes: mapping.lengthInBytes,
      isWritable: true,
      isExecutable: true,
      isUser: false,
      entries: [],
    };
  }

  readInto(address: bigint, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = address + BigInt(done);
      const length = Math.min(target.length - done, 0x1000 - Number(at & 0xfffn));
      this.#memory.readInto(this.translate(at).physicalAddress, target.subarray(done, done + length));
      done += length;
    }
  }

  read(address: bigint, lengthInBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthInBytes);
    this.readInto(address, bytes);
    return bytes;
  }

  readUint32(address: bigint): number {
    return this.#memory.readUint32(this.translate(address).physicalAddress);
  }

  readUint64(address: bigint): bigint {
    return this.#memory.readUint64(this.translate(address).physicalAddress);
  }

  readString(address: bigint, limitInBytes: number = 4096): string {
    let text = '';
    for (let at = address; text.length < limitInBytes; at += 1n) {
      const [byte = 0] = this.read(at, 1);
      if (byte === 0) {
        break;
      }
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
