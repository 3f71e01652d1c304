import {
  BasePhysicalMemory,
  type ByteOrder,
  hex,
  type PageState,
  type PhysicalMemory,
  type PhysicalRange,
  type TableFrames,
  VmcorekitError,
} from '@vmcorekit/core';

/** Frames of a machine have at most 52 - 12 bits. */
const endOfFrames = 2 ** 40;

/** Memory by the addresses that page tables use, for a walk: a page lies at its frame. */
export class TableMemory extends BasePhysicalMemory {
  override readonly pageSizeInBytes: number;
  override readonly byteOrder: ByteOrder;
  readonly #memory: PhysicalMemory;
  readonly #frames: TableFrames;
  #ranges: readonly PhysicalRange[] | null = null;

  constructor(memory: PhysicalMemory, frames: TableFrames) {
    super();
    this.#memory = memory;
    this.#frames = frames;
    this.pageSizeInBytes = memory.pageSizeInBytes;
    this.byteOrder = memory.byteOrder;
  }

  /** Of every page that has a frame, also one that cannot be read. */
  override get ranges(): readonly PhysicalRange[] {
    this.#ranges ??= [...joined(this.#frames, this.pageSizeInBytes)];
    return this.#ranges;
  }

  override get pagesRead(): number {
    return this.#memory.pagesRead;
  }

  override pageState(frame: number): PageState {
    const page = this.#frames.pageOf(frame);
    return page === undefined ? 'absent' : this.#memory.pageState(page);
  }

  override withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    return this.#memory.withView(this.#toMemory(address), lengthInBytes, use);
  }

  override *storedRuns(from: number = 0, to: number = Infinity): Iterable<PhysicalRange> {
    const size = this.pageSizeInBytes;
    const end = Math.min(endOfFrames, Math.ceil(to / size));
    for (const { frame, page, count } of this.#frames.runsWithin(Math.floor(from / size), end)) {
      const shift = (frame - page) * size;
      const first = Math.max(page * size, from - shift);
      const last = Math.min((page + count) * size, to - shift);
      for (const run of this.#memory.storedRuns(first, last)) {
        yield { start: run.start + shift, end: run.end + shift };
      }
    }
  }

  #toMemory(address: number): number {
    const size = this.pageSizeInBytes;
    const inPage = address % size;
    const page = this.#frames.pageOf((address - inPage) / size);
    if (page === undefined) {
      throw foreignFrame(this.#frames, size, address);
    }
    return page * size + inPage;
  }
}

/** The error for an address of page tables that is in no page of the memory. */
export function foreignFrame(
  { name }: TableFrames,
  pageSizeInBytes: number,
  tableAddress: number,
): VmcorekitError<'page-unreadable'> {
  const pfn = Math.floor(tableAddress / pageSizeInBytes);
  return new VmcorekitError('page-unreadable', {
    physicalAddress: tableAddress,
    pfn,
    state: 'absent',
    because: `a page table leads to ${name} ${hex(pfn)}, which is no page of this memory`,
  });
}

function* joined(frames: TableFrames, size: number): Generator<PhysicalRange, void, void> {
  let last: { start: number; end: number } | null = null;
  for (const { frame, count } of frames.runsWithin(0, endOfFrames)) {
    const [start, end] = [frame * size, (frame + count) * size];
    if (last !== null && last.end === start) {
      last.end = end;
      continue;
    }
    if (last !== null) {
      yield last;
    }
    last = { start, end };
  }
  if (last !== null) {
    yield last;
  }
}
