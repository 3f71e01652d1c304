import { isZero, type KernelMemory } from '@vmcorekit/core';

const pageSizeInBytes = 0x1000;

/**
 * Whether the page around an address is all zeros, or cannot be read. A zero in such a page proves
 * nothing: pages that were wiped, given away or lost read so.
 */
export function isInZeroPage(memory: Pick<KernelMemory, 'tryRead'>, address: bigint): boolean {
  const start = address - (address % BigInt(pageSizeInBytes));
  const page = memory.tryRead(start, pageSizeInBytes);
  return page === undefined || isZero(page);
}
