import { endOfPhysicalSpace } from '@vmcorekit/core';
import type { AddressInSpace, MemoryShape } from '../../protocol/memory-calls.ts';
import type { Extent } from './scroll-model.ts';

/**
 * What is scrolled through: physical memory up to its end, or to the end of the space for a place
 * beyond; all of virtual memory.
 */
export function spaceExtent(
  { physicalEnd, wordSizeInBits }: MemoryShape,
  { space, address }: AddressInSpace,
): Extent {
  if (space === 'virtual') {
    const end = 1n << BigInt(wordSizeInBits);
    return { start: 0n, end: address < end ? end : 1n << 64n };
  }
  return { start: 0n, end: address < physicalEnd ? physicalEnd : endOfPhysicalSpace };
}
