import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  type Compressor,
  type Damage,
  isVmcorekitError,
  lowestIndex,
  type PageState,
  PfnSet,
  type PhysicalRange,
  VmcorekitError,
} from '@vmcorekit/core';
import { BlockCache } from '@vmcorekit/file-memory';
import type { Placement } from '../machine/ram-layout.ts';
import type { DeltaLog } from './delta-log.ts';
import { RUN_FILLS, RUN_MAPPED, RUN_PAGES, RUN_ZLIB, type Runs } from './run-log.ts';
import { applyXbzrle } from './xbzrle.ts';

const cacheSizeInBytes: number = 8 * 2 ** 20;
/** While pages come back, the cache grows up to this: more than the image of any kernel. */
const mostCacheBytes: number = 48 * 2 ** 20;
/** A page of a live migration changes some dozen times. */
const maxDeltasOfPage = 65_536;
/** A run ends here even where the next page is stored too, so that steps of a search stay short. */
const maxPagesPerRun: number = 2 ** 20;
const maxDamagedPagesListed = 100;

export interface StreamMemoryOptions {
  readonly source: ByteSource;
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  readonly placements: readonly Placement[];
  readonly runs: Runs;
  readonly deltas: DeltaLog;
  /** Undefined where no page is compressed. */
  readonly zlib: Compressor | undefined;
  /** Whether a page without a record was left out on purpose. Else it was lost. */
  readonly isComplete: boolean;
  /** Damage of pages is added here. */
  readonly damage: Damage[];
}

/** The memory of a machine out of the records of a stream. */
export class StreamMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  readonly ranges: readonly PhysicalRange[];
  readonly #options: StreamMemoryOptions;
  readonly #cache: BlockCache;
  readonly #zeroPage: Uint8Array;
  readonly #pagesRead: PfnSet = new PfnSet();
  readonly #undecodable: PfnSet = new PfnSet();
  #lastRun = 0;
  #lastPlacement: Placement | undefined;

  constructor(options: StreamMemoryOptions) {
    super();
    const { pageSizeInBytes, byteOrder, placements } = options;
    this.pageSizeInBytes = pageSizeInBytes;
    this.byteOrder = byteOrder;
    this.#options = options;
    this.ranges = rangesOf(placements);
    this.#zeroPage = new Uint8Array(pageSizeInBytes);
    this.#cache = new BlockCache(
      pageSizeInBytes,
      cacheSizeInBytes / pageSizeInBytes,
      mostCacheBytes / pageSizeInBytes,
    );
  }

  get pagesRead(): number {
    return this.#pagesRead.size;
  }

  pageState(pfn: number): PageState {
    const page = this.#pageOf(pfn);
    return page === undefined
      ? 'absent'
      : this.#undecodable.has(pfn)
        ? 'corrupt'
        : this.#stateOf(page);
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const inPage = address % this.pageSizeInBytes;
    const pfn = (address - inPage) / this.pageSizeInBytes;
    if (address >= 0 && !(lengthInBytes >= 0 && inPage + lengthInBytes <= this.pageSizeInBytes)) {
      throw new VmcorekitError('contract', {
        what: `a view of ${lengthInBytes} bytes at ${address} does not lie in one page`,
      });
    }
    const held = this.#cache.held(pfn) ?? this.#load(address, pfn);
    if (held === undefined) {
      return use(this.#zeroPage.subarray(inPage, inPage + lengthInBytes));
    }
    held.viewers++;
    try {
      return use(held.bytes.subarray(inPage, inPage + lengthInBytes));
    } finally {
      held.viewers--;
    }
  }

  /** The place of a byte that the file holds as it is. */
  fileOffsetOf(address: number): number | undefined {
    const inPage = address % this.pageSizeInBytes;
    const page = this.#pageOf((address - inPage) / this.pageSizeInBytes);
    const run = page === undefined ? -1 : this.#runOf(page);
    if (page === undefined || run < 0 || !this.#isPlain(run) || this.#deltasOf(page).length > 0) {
      return undefined;
    }
    return this.#recordAt(run, page) + inPage;
  }

  *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    const size = this.pageSizeInBytes;
    let found: { start: number; end: number } | undefined;
    for (const placement of this.#options.placements) {
      const shift = placement.physicalAddress - placement.firstPage * size;
      for (const { start, end } of this.#storedPages(placement, from - shift, to - shift)) {
        const run = {
          start: Math.max(from, start * size + shift),
          end: Math.min(to, end * size + shift),
        };
        if (found?.end === run.start && run.end - found.start <= maxPagesPerRun * size) {
          found.end = run.end;
        } else {
          if (found !== undefined) {
            yield found;
          }
          found = run;
        }
      }
    }
    if (found !== undefined) {
      yield found;
    }
  }

  dispose(): void {
    this.#cache.clear();
  }

  /** Runs of stored pages of a part of a block, in the numbers of blocks' pages. */
  *#storedPages(
    { firstPage, sizeInBytes }: Placement,
    from: number,
    to: number,
  ): Generator<{ readonly start: number; readonly end: number }, void, void> {
    const { runs, deltas } = this.#options;
    const size = this.pageSizeInBytes;
    const first = Math.max(firstPage, Math.floor(from / size));
    const last = Math.min(firstPage + Math.ceil(sizeInBytes / size), Math.ceil(to / size));
    let index = this.#firstRunAt(first);
    let at = first;
    while (at < last) {
      const start = index < runs.count ? Math.max(at, runs.start[index] ?? last) : last;
      // Pages of deltas alone have no run; such pages are few.
      for (const page of deltas.pagesWithin(at, Math.min(start, last))) {
        yield { start: page, end: page + 1 };
      }
      if (start >= last) {
        return;
      }
      const end = Math.min(last, runs.end[index] ?? last);
      if (runs.kind[index] === RUN_FILLS && runs.fill[index] === 0) {
        for (const page of deltas.pagesWithin(start, end)) {
          if (this.#stateOf(page) === 'stored') {
            yield { start: page, end: page + 1 };
          }
        }
      } else {
        yield { start, end };
      }
      at = end;
      index++;
    }
  }

  /** The number of a block's page; undefined where the machine has no RAM there. */
  #pageOf(pfn: number): number | undefined {
    const address = pfn * this.pageSizeInBytes;
    const isIn = ({ physicalAddress, sizeInBytes }: Placement): boolean =>
      address >= physicalAddress && address < physicalAddress + sizeInBytes;
    if (this.#lastPlacement === undefined || !isIn(this.#lastPlacement)) {
      this.#lastPlacement = this.#options.placements.find(isIn);
    }
    const found = this.#lastPlacement;
    return found === undefined
      ? undefined
      : found.firstPage + (address - found.physicalAddress) / this.pageSizeInBytes;
  }

  #stateOf(page: number): PageState {
    const run = this.#runOf(page);
    const { kind, fill } = this.#options.runs;
    if (run >= 0 && !(kind[run] === RUN_FILLS && fill[run] === 0)) {
      return 'stored';
    }
    if (this.#deltasOf(page).length > 0) {
      return 'stored';
    }
    return run >= 0 ? 'zero' : this.#options.isComplete ? 'excluded' : 'corrupt';
  }

  #firstRunAt(page: number): number {
    const { runs } = this.#options;
    return lowestIndex(runs.count, (index) => (runs.end[index] ?? 0) <= page);
  }

  /** The run that holds a page, or -1. */
  #runOf(page: number): number {
    const { start, end, count } = this.#options.runs;
    const isIn = (run: number): boolean =>
      run < count && page >= (start[run] ?? Infinity) && page < (end[run] ?? 0);
    if (!isIn(this.#lastRun)) {
      this.#lastRun = this.#firstRunAt(page);
    }
    return isIn(this.#lastRun) ? this.#lastRun : -1;
  }

  #deltasOf(page: number): readonly number[] {
    const { deltas, runs } = this.#options;
    if (deltas.count === 0) {
      return [];
    }
    const run = this.#runOf(page);
    return deltas.of(page, run < 0 ? -1 : (runs.recordAt[run] ?? 0));
  }

  #isPlain(run: number): boolean {
    const kind = this.#options.runs.kind[run];
    return kind === RUN_PAGES || kind === RUN_MAPPED;
  }

  /** Where the data of a page of fixed records lies. */
  #recordAt(run: number, page: number): number {
    const { kind, recordPage, recordAt } = this.#options.runs;
    const stride = kind[run] === RUN_MAPPED ? this.pageSizeInBytes : this.pageSizeInBytes + 8;
    return (recordAt[run] ?? 0) + (page - (recordPage[run] ?? 0)) * stride;
  }

  /** A page in the cache; undefined for one that is zero. */
  #load(address: number, pfn: number): ReturnType<BlockCache['filled']> | undefined {
    const page = address < 0 ? undefined : this.#pageOf(pfn);
    const state = page === undefined ? 'absent' : this.#stateOf(page);
    if (page === undefined || state === 'absent') {
      throw this.#unreadable(pfn, 'absent', 'the machine has no RAM there');
    }
    if (state === 'zero') {
      return undefined;
    }
    if (state !== 'stored') {
      throw state === 'excluded'
        ? this.#unreadable(pfn, state, 'the stream has no record of it')
        : this.#unreadable(pfn, 'corrupt', 'the stream ended before it', 'page-lost');
    }
    const block = this.#cache.filled(pfn, (target) => {
      try {
        this.#decode(page, target);
      } catch (error) {
        throw isVmcorekitError(error, 'io') ? error : this.#undecoded(pfn, page, error);
      }
    });
    this.#pagesRead.add(pfn);
    return block;
  }

  /** The page as its last whole record has it, changed by the deltas that follow. */
  #decode(page: number, target: Uint8Array): void {
    const { source, runs } = this.#options;
    const run = this.#runOf(page);
    if (run < 0) {
      target.fill(0);
    } else if (this.#isPlain(run)) {
      readWhole(source, this.#recordAt(run, page), target);
    } else if (runs.kind[run] === RUN_ZLIB) {
      this.#inflate(run, page, target);
    } else {
      target.fill(runs.fill[run] ?? 0);
    }
    const deltas = this.#deltasOf(page);
    if (deltas.length > maxDeltasOfPage) {
      throw new VmcorekitError('bad-data', {
        codec: 'xbzrle',
        because: `${deltas.length} records change the page, more than ${maxDeltasOfPage}`,
      });
    }
    const length = new Uint8Array(2);
    for (const at of deltas) {
      readWhole(source, at, length);
      const delta = new Uint8Array(((length[0] ?? 0) << 8) | (length[1] ?? 0));
      readWhole(source, at + 2, delta);
      applyXbzrle(delta, target);
    }
  }

  #inflate(run: number, page: number, target: Uint8Array): void {
    const { source, runs, zlib } = this.#options;
    let at = runs.recordAt[run] ?? 0;
    const head = new Uint8Array(4);
    let length = 0;
    for (let each = runs.recordPage[run] ?? page; ; each++) {
      readWhole(source, at, head);
      length = new DataView(head.buffer).getUint32(0);
      if (each === page) {
        break;
      }
      at += head.length + length + recordHeadSizeInBytes;
    }
    const packed = new Uint8Array(Math.min(length, 2 * target.length));
    readWhole(source, at + head.length, packed);
    const got = zlib?.decode(packed, target) ?? 0;
    if (got !== target.length) {
      throw new VmcorekitError('bad-data', {
        codec: 'zlib',
        because: `decoded to ${got} bytes, a page has ${target.length}`,
      });
    }
  }

  #undecoded(pfn: number, page: number, cause: unknown): VmcorekitError<'page-unreadable'> {
    const because = cause instanceof Error ? cause.message : String(cause);
    const at = this.#options.runs.recordAt[this.#runOf(page)];
    const error = this.#unreadable(pfn, 'corrupt', because, 'page-data-bad', at);
    const { damage } = this.#options;
    if (!this.#undecodable.has(pfn) && damage.length < maxDamagedPagesListed) {
      damage.push({
        name: 'page-data-bad',
        loses: 'page',
        detail: error.message,
        pfn,
        ...(at === undefined ? {} : { fileOffset: at }),
      });
    }
    this.#undecodable.add(pfn);
    return error;
  }

  #unreadable(
    pfn: number,
    state: 'excluded' | 'absent' | 'corrupt',
    because: string,
    condition?: string,
    fileOffset?: number,
  ): VmcorekitError<'page-unreadable'> {
    return new VmcorekitError('page-unreadable', {
      physicalAddress: pfn * this.pageSizeInBytes,
      pfn,
      state,
      because,
      ...(condition === undefined ? {} : { condition }),
      ...(fileOffset === undefined ? {} : { fileOffset }),
    });
  }
}

/** The first word of a record: offset and flags. */
const recordHeadSizeInBytes = 8;

function readWhole(source: ByteSource, at: number, target: Uint8Array): void {
  const got = source.readInto(at, target);
  if (got < target.length) {
    throw new VmcorekitError('truncated', {
      structure: 'page',
      fileOffset: at,
      wanted: target.length,
      got,
    });
  }
}

function rangesOf(placements: readonly Placement[]): PhysicalRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const { physicalAddress, sizeInBytes } of placements) {
    const last = ranges.at(-1);
    if (last?.end === physicalAddress) {
      last.end += sizeInBytes;
    } else {
      ranges.push({ start: physicalAddress, end: physicalAddress + sizeInBytes });
    }
  }
  return ranges;
}
