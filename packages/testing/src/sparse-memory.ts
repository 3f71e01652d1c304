import {
  BasePhysicalMemory,
  type ByteOrder,
  hex,
  type PageState,
  type PhysicalRange,
  piecesOfRanges,
  stateOfPieces,
  VmcorekitError,
} from '@vmcorekit/core';

const pageSizeInBytes = 4096;

export interface SparseMemoryFields {
  /** Memory that exists; unwritten bytes read as zero. */
  readonly ranges: readonly PhysicalRange[];
  /** Default: little. */
  readonly byteOrder?: ByteOrder;
}

/** Physical memory made of the pages written to it: what a test needs of a dump, without a file. */
export class SparseMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number = pageSizeInBytes;
  readonly byteOrder: ByteOrder;
  readonly ranges: readonly PhysicalRange[];
  readonly #pages: Map<number, Uint8Array> = new Map();
  readonly #missing: Map<number, 'absent' | 'excluded' | 'corrupt'> = new Map();
  readonly #read: Set<number> = new Set();
  /** The range of the page asked for last: most pages asked for lie in the same. */
  #lastRange: PhysicalRange | undefined;

  constructor(fields: SparseMemoryFields) {
    super();
    this.ranges = fields.ranges;
    this.byteOrder = fields.byteOrder ?? 'little';
  }

  get pagesRead(): number {
    return this.#read.size;
  }

  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const inPage = (address + done) % pageSizeInBytes;
      const length = Math.min(bytes.length - done, pageSizeInBytes - inPage);
      this.#pageToWrite(Math.floor((address + done) / pageSizeInBytes)).set(
        bytes.subarray(done, done + length),
        inPage,
      );
      done += length;
    }
  }

  writeUint64(address: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(
      0,
      BigInt.asUintN(64, value),
      this.byteOrder === 'little',
    );
    this.write(address, bytes);
  }

  /** Leaves a page out, as a filtering writer does: its bytes become unknown. */
  exclude(address: number): void {
    this.lose(address, 'excluded');
  }

  /**
   * Makes a page's bytes unknown: `absent` as after the end of a cut file, `corrupt` as where they
   * do not decompress.
   */
  lose(address: number, state: 'absent' | 'excluded' | 'corrupt'): void {
    this.#missing.set(Math.floor(address / pageSizeInBytes), state);
  }

  pageState(pfn: number): PageState {
    const inRanges = this.#stateInRanges(pfn * pageSizeInBytes);
    if (inRanges === 'absent') {
      return 'absent';
    }
    return (
      this.#missing.get(pfn) ??
      (inRanges === 'partial' ? 'partial' : this.#pages.has(pfn) ? 'stored' : 'zero')
    );
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / pageSizeInBytes);
    const inPage = address % pageSizeInBytes;
    if (inPage + lengthInBytes > pageSizeInBytes) {
      throw new VmcorekitError('contract', {
        what: `a view of ${lengthInBytes} bytes at ${hex(address)} crosses a page`,
      });
    }
    const state = this.pageState(pfn);
    const missing =
      state === 'partial'
        ? Array.from(this.pieces(address, address + lengthInBytes)).find(
            (piece) => piece.state === 'absent',
          )
        : { start: address, state };
    if (
      missing?.state === 'absent' ||
      missing?.state === 'excluded' ||
      missing?.state === 'corrupt'
    ) {
      const { start: physicalAddress, state: why } = missing;
      throw new VmcorekitError('page-unreadable', {
        physicalAddress,
        pfn,
        state: why,
        because: 'the test made it so',
      });
    }
    this.#read.add(pfn);
    const page = this.#pages.get(pfn);
    return use(page?.slice(inPage, inPage + lengthInBytes) ?? new Uint8Array(lengthInBytes));
  }

  *storedRuns(from: number = 0, to: number = Number.MAX_SAFE_INTEGER): Iterable<PhysicalRange> {
    for (const pfn of [...this.#pages.keys()].sort((left, right) => left - right)) {
      const first = Math.max(from, pfn * pageSizeInBytes);
      const last = Math.min(to, (pfn + 1) * pageSizeInBytes);
      for (const { start, end, state } of this.pieces(first, Math.max(first, last))) {
        if (state === 'stored') {
          yield { start, end };
        }
      }
    }
  }

  #stateInRanges(start: number): PageState {
    const end = start + pageSizeInBytes;
    const last = this.#lastRange;
    if (last !== undefined && last.start <= start && end <= last.end) {
      return 'stored';
    }
    this.#lastRange = this.ranges.find((range) => range.start <= start && start < range.end);
    return stateOfPieces(piecesOfRanges(this.ranges, start, end));
  }

  #pageToWrite(pfn: number): Uint8Array {
    const page = this.#pages.get(pfn) ?? new Uint8Array(pageSizeInBytes);
    this.#pages.set(pfn, page);
    return page;
  }
}
