import type { ByteState, PageState } from './page-state.ts';
import type { ByteOrder, PageFrameNumber, PhysicalAddress } from './spaces.ts';

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
 * excluded, absent or corrupt; a zero page reads as zeros. Implementations extend
 * `BasePhysicalMemory`, which needs `withView`, `pageState` and `storedRuns`.
 */
export interface PhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  /** What the dump says exists, ascending and disjoint; holes lie between. */
  readonly ranges: readonly PhysicalRange[];
  /** Distinct pages whose bytes were taken out of the file so far. */
  readonly pagesRead: number;

  /** Without reading the page's own bytes where the file's index tells enough. */
  pageState(pfn: PageFrameNumber): PageState;
  /**
   * What is known of the memory from `start` up to (not including) `end`, down to the byte: pieces
   * that ascend, touch each other and leave nothing out. Asks the file's index as `pageState` does.
   * `BasePhysicalMemory` makes them of `pageState` and `ranges`: within a `partial` page, what lies
   * in a range is stored. Override it where that is not so.
   */
  pieces(start: PhysicalAddress, end: PhysicalAddress): Iterable<MemoryPiece>;
  /** The primitive: fills the whole of `target`. */
  readInto(address: PhysicalAddress, target: Uint8Array): void;
  /** A copy. */
  read(address: PhysicalAddress, lengthInBytes: number): Uint8Array;
  /** In the dump's byte order. */
  readUint32(address: PhysicalAddress): number;
  readUint64(address: PhysicalAddress): bigint;
  /**
   * Calls back with a view that dies with the callback: it may lie in a block that is used again.
   * The fast path. The range must not cross a page boundary.
   */
  withView<Result>(
    address: PhysicalAddress,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result;
  /**
   * The pages whose bytes are worth looking at when all of memory is searched: stored ones,
   * ascending, from `from` up to (not including) `to`, as runs. Pages known to be zero are left out
   * (QEMU's shared zero page too), so a search touches only real data. Of a partial page a run
   * holds only what can be read, so it may begin and end within a page: `pagesOf` cuts it at pages.
   */
  storedRuns(from?: PhysicalAddress, to?: PhysicalAddress): Iterable<PhysicalRange>;
}
