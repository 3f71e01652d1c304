import { type AddressSpace, isVmcorekitError, type PhysicalMemory, type VmcorekitError } from '@vmcorekit/core';

export type Unreadable = VmcorekitError<'page-unreadable'> | VmcorekitError<'not-mapped'>;

/** Memory to read in pieces, where holes may be larger than all that is there. */
export interface MemoryReader {
  /** Fills the target, or throws `page-unreadable` or `not-mapped`. */
  readInto(address: bigint, target: Uint8Array): void;
  /** How far what cannot be read at an address certainly reaches for the same reason; the address itself where that is not known. */
  gapEnd(address: bigint, error: Unreadable): bigint;
}

/** Asking a file's index for so many pages takes some milliseconds. */
const pagesPerStep = 2 ** 16;
const endOfPhysicalSpace = 2n ** 52n;

export function physicalReader(memory: PhysicalMemory): MemoryReader {
  return {
    readInto: (address, target) => memory.readInto(Number(address), target),
    gapEnd(address) {
      const at = Number(address);
      const range = memory.ranges.find(({ end }) => end > at);
      if (range === undefined || range.start > at) {
        return range === undefined ? endOfPhysicalSpace : BigInt(range.start);
      }
      const { pageSizeInBytes } = memory;
      const first = Math.floor(at / pageSizeInBytes);
      const last = Math.min(Math.ceil(range.end / pageSizeInBytes), first + pagesPerStep);
      const state = memory.pageState(first);
      let next = first + 1;
      // Each corrupt page has a reason of its own.
      while (state !== 'corrupt' && next < last && memory.pageState(next) === state) {
        next++;
      }
      return BigInt(Math.min(range.end, next * pageSizeInBytes));
    },
  };
}

export function virtualReader(space: AddressSpace, memory: PhysicalMemory): MemoryReader {
  const physical = physicalReader(memory);
  return {
    readInto: (address, target) => space.readInto(address, target),
    gapEnd(address, error) {
      if (isVmcorekitError(error, 'not-mapped')) {
        return error.facts.unmappedUntil ?? address;
      }
      const { physicalAddress } = error.facts;
      try {
        const { physicalAddress: start, mappingSizeInBytes } = space.translate(address);
        const left = mappingSizeInBytes - (start % mappingSizeInBytes);
        const gap = Number(physical.gapEnd(BigInt(physicalAddress), error)) - physicalAddress;
        return start === physicalAddress ? address + BigInt(Math.min(left, gap)) : address;
      } catch {
        // The page that cannot be read is one of the tables.
        return address;
      }
    },
  };
}
