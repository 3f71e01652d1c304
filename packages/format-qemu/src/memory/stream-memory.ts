import {
  BasePhysicalMemory,
  type ByteOrder,
  type Damage,
  isSourceFailure,
  type PageState,
  PfnSet,
  type PhysicalRange,
  VmcorekitError,
} from '@vmcorekit/core';
import { type Block, BlockCache } from '@vmcorekit/file-memory';
import type { Placement } from '../machine/ram-layout.ts';
import type { PageRecords } from './page-records.ts';

const cacheSizeInBytes: number = 8 * 2 ** 20;
/** While pages come back, the cache grows up to this: more than the image of any kernel. */
const mostCacheBytes: number = 48 * 2 ** 20;
/** A run ends here even where the next page is stored too, so that steps of a search stay short. */
const maxPagesPerRun: number = 2 ** 20;
const maxDamagedPagesListed = 100;

export interface StreamMemoryOptions {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  readonly placements: readonly Placement[];
  readonly records: PageRecords;
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
        : this.#options.records.stateOf(page);
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const inPage = this.offsetInPage(address, lengthInBytes);
    const pfn = (address - inPage) / this.pageSizeInBytes;
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
    const at = page === undefined ? undefined : this.#options.records.offsetOf(page);
    return at === undefined ? undefined : at + inPage;
  }

  *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    const size = this.pageSizeInBytes;
    let found: { start: number; end: number } | undefined;
    for (const placement of this.#options.placements) {
      const { physicalAddress, firstPage, sizeInBytes } = placement;
      const shift = physicalAddress - firstPage * size;
      const first = Math.max(firstPage, Math.floor((from - shift) / size));
      const last = Math.min(firstPage + sizeInBytes / size, Math.ceil((to - shift) / size));
      for (const { start, end } of this.#options.records.storedWithin(first, last)) {
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

  /** A page in the cache; undefined for one that is zero. */
  #load(address: number, pfn: number): Block | undefined {
    const page = address < 0 ? undefined : this.#pageOf(pfn);
    const { records } = this.#options;
    if (page === undefined) {
      throw this.#unreadable(pfn, 'absent', 'the machine has no RAM there');
    }
    const state = records.stateOf(page);
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
        records.readInto(page, target);
      } catch (error) {
        throw isSourceFailure(error) ? error : this.#undecoded(pfn, page, error);
      }
    });
    this.#pagesRead.add(pfn);
    return block;
  }

  #undecoded(pfn: number, page: number, cause: unknown): VmcorekitError<'page-unreadable'> {
    const because = cause instanceof Error ? cause.message : String(cause);
    const { damage, records } = this.#options;
    const at = records.placeOf(page);
    const error = this.#unreadable(pfn, 'corrupt', because, 'page-data-bad', at);
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
