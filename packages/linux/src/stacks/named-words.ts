import { type KernelMemory, type Registers, uint64At, type VirtualAddress } from '@vmcorekit/core';

const wordSizeInBytes = 8;

/** Registers of 64 bits, saved one after another. Throws `not-mapped` or `page-unreadable`. */
export function readNamedWords(
  memory: KernelMemory,
  address: VirtualAddress,
  names: readonly string[],
): Registers {
  const bytes = memory.read(address, wordSizeInBytes * names.length);
  return new Map(
    names.map((name, index) => [name, uint64At(bytes, wordSizeInBytes * index, memory.byteOrder)]),
  );
}
