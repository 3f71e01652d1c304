import type { ByteState, PageState } from './page-state.ts';
import type { ByteOrder, FileOffset, PageFrameNumber, PhysicalAddress } from './spaces.ts';

/** A half-open range of physical memory. */
export interface PhysicalRange {
  readonly start: PhysicalAddress;
  /** Exclusive. */
  readonly end: PhysicalAddress;
}

/** A stretch of physical memory that is all in one state. */
export interface MemoryPiece extends PhysicalRange {
  readonly state: ByteState;
}

/**
 * The physical memory of a dump. All reads throw `page-unreadable` at the first byte that is
 * excluded, absent or corrupt; a zero page reads as zeros. An address that no machine has, below 0
 * or above 2^53, is absent. Implementations extend `BasePhysicalMemory`, which needs `withView`,
 * `pageState` and `storedRuns`.
 */
export interface PhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  /** The memory that the dump says exists, ascending and disjoint, with holes between. */
  readonly ranges: readonly PhysicalRange[];
  /** Distinct pages whose bytes were taken out of the file so far. */
  readonly pagesRead: number;

  /** Does not read the page's own bytes where the file's index is enough. */
  pageState(pfn: PageFrameNumber): PageState;
  /**
   * The states of the memory in [start, end), down to the byte: ascending pieces without gaps. Uses
   * the file's index, as `pageState` does. `BasePhysicalMemory` derives them from `pageState` and
   * `ranges`: within a `partial` page, bytes in a range are stored. Override it where that is not
   * true.
   */
  pieces(start: PhysicalAddress, end: PhysicalAddress): Iterable<MemoryPiece>;
  /** The primitive: fills the whole of `target`. */
  readInto(address: PhysicalAddress, target: Uint8Array): void;
  /**
   * The same for a search, which meets many pages that the file leaves out. False where a byte
   * cannot be read; `target` then holds anything.
   */
  tryReadInto(address: PhysicalAddress, target: Uint8Array): boolean;
  /** A copy. */
  read(address: PhysicalAddress, lengthInBytes: number): Uint8Array;
  /** In the dump's byte order. */
  readUint32(address: PhysicalAddress): number;
  readUint64(address: PhysicalAddress): bigint;
  /**
   * Calls back with a view that is valid only during the call, because its buffer is reused. The
   * fast path. The range must not cross a page boundary.
   */
  withView<Result>(
    address: PhysicalAddress,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result;
  /**
   * The place in the file of the byte at an address, where the file holds it uncompressed and in no
   * container. Undefined elsewhere.
   */
  fileOffsetOf?(address: PhysicalAddress): FileOffset | undefined;
  /**
   * The end of the stretch around an address that the file has no bytes for, of one state and for
   * one reason: all of it reads alike. Undefined where the file has bytes, or may have some. A walk
   * then passes over memory of any size in one step.
   */
  bytelessUntil?(address: PhysicalAddress): PhysicalAddress | undefined;
  /**
   * The pages worth reading in a search through all memory: the stored ones in [from, to),
   * ascending, as runs. Leaves out pages known to be zero (also QEMU's shared zero page), so a
   * search reads only real data. Of a partial page, a run holds only the readable bytes. It may
   * therefore begin or end within a page; `pagesOf` cuts it at page boundaries.
   */
  storedRuns(from?: PhysicalAddress, to?: PhysicalAddress): Iterable<PhysicalRange>;
}
