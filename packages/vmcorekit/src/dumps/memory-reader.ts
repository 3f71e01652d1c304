import {
  type AddressSpace,
  endOfPhysicalSpace,
  isHeld,
  isUnreadable,
  isVmcorekitError,
  type PhysicalMemory,
  type VmcorekitError,
} from '@vmcorekit/core';

export type Unreadable = VmcorekitError<'page-unreadable'> | VmcorekitError<'not-mapped'>;

/** Memory to read in pieces. Its holes may be larger than what it holds. */
export interface MemoryReader {
  /** Fills the target, or throws `page-unreadable` or `not-mapped`. */
  readInto(address: bigint, target: Uint8Array): void;
  /**
   * Up to where memory, from an unreadable address on, certainly cannot be read for the same
   * reason. The address itself if that is not known.
   */
  gapEnd(address: bigint, error: Unreadable): bigint;
  /**
   * How many of these bytes, from the address on, are certainly held before the first that is
   * not.
   */
  heldFrom(address: bigint, lengthInBytes: number): number;
}

/** Asking a file's index for this many pages takes some milliseconds. */
const pagesPerStep = 2 ** 16;

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
      const pageEnd = (Math.floor(at / pageSizeInBytes) + 1) * pageSizeInBytes;
      const end = Math.min(range.end, pageEnd + (pagesPerStep - 1) * pageSizeInBytes);
      const piece = firstOf(memory.pieces(at, end));
      // Each corrupt page has a reason of its own; a page may also turn out to be corrupt when it
      // is read.
      const isOneGap = piece !== undefined && !isHeld(piece.state) && piece.state !== 'corrupt';
      return BigInt(isOneGap ? piece.end : Math.min(piece?.end ?? end, pageEnd));
    },
    heldFrom(address, lengthInBytes) {
      const start = Number(address);
      let end = start;
      for (const piece of memory.pieces(start, start + lengthInBytes)) {
        if (!isHeld(piece.state)) {
          break;
        }
        end = piece.end;
      }
      return end - start;
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
    heldFrom(address, lengthInBytes) {
      try {
        const { physicalAddress, mappingSizeInBytes } = space.translate(address);
        const left = mappingSizeInBytes - (physicalAddress % mappingSizeInBytes);
        return physical.heldFrom(BigInt(physicalAddress), Math.min(left, lengthInBytes));
      } catch (error) {
        if (isUnreadable(error)) {
          return 0;
        }
        throw error;
      }
    },
  };
}

function firstOf<Item>(items: Iterable<Item>): Item | undefined {
  const [first] = items;
  return first;
}
