import type { ByteOrder, Dump, PhysicalAddress, PhysicalMemory } from '@vmcorekit/core';
import {
  type ContiguousMemory,
  ReadOnlyWindow,
  windowPageSizeInBytes,
} from './read-only-window.ts';

/** How far the parts lie from the tokens: names take 3 MiB for 200,000 symbols. */
export const reachInBytes: number = 32 * 1024 * 1024;

/** The byte orders that a kernel in this memory may have, the likelier first. */
export function byteOrdersOf({
  architecture,
  image,
}: Pick<Dump, 'architecture' | 'image'>): readonly ByteOrder[] {
  const likely = architecture?.byteOrder ?? image.memory.byteOrder;
  return likely === 'little' ? ['little', 'big'] : ['big', 'little'];
}

/** The memory around an address, as far as the machine has memory without a hole. */
export function windowAround(
  memory: PhysicalMemory,
  address: PhysicalAddress,
  byteOrder: ByteOrder,
): ReadOnlyWindow {
  const range = memory.ranges.find(({ start, end }) => start <= address && address < end);
  const from = Math.max(range?.start ?? address, address - reachInBytes);
  const start = Math.ceil(from / windowPageSizeInBytes) * windowPageSizeInBytes;
  const to = Math.min(range?.end ?? address, address + reachInBytes);
  return new ReadOnlyWindow(
    physicalBytes(memory, byteOrder),
    BigInt(start),
    Math.max(0, to - start),
    false,
  );
}

function physicalBytes(memory: PhysicalMemory, byteOrder: ByteOrder): ContiguousMemory {
  return {
    byteOrder,
    read: (address, lengthInBytes) => memory.read(Number(address), lengthInBytes),
    tryReadInto: (address, target) => memory.tryReadInto(Number(address), target),
  };
}
