import {
  BasePhysicalMemory,
  type ByteOrder,
  type Damage,
  isSourceFailure,
  isVmcorekitError,
  isZero,
  type MemoryPiece,
  type PageState,
  PfnSet,
  type PhysicalRange,
  piecesByPage,
  uint32At,
  uint64At,
  VmcorekitError,
} from '@vmcorekit/core';
import type { KdumpPart, PageDamage, PageEntry } from '../part/kdump-part.ts';
import { mapSpansOf, type PartSpan, spansOf } from '../split-set.ts';
import { memoryMapOf } from './memory-map.ts';
import { PageCache } from './page-cache.ts';
import type { PageCodecs } from './page-codecs.ts';
import { storedRunsOf } from './stored-runs.ts';

/** 2048 pages of 4 KiB; the same number of bytes for any page size. */
const cacheLimitInBytes: number = 2048 * 4096;
/** Damage of single pages is reported up to this number. Reading a later bad page still fails. */
const maxDamagedPagesListed = 100;

/** The memory of a KDUMP dump: of one file or of a split set. */
export class KdumpMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes: number;
  readonly byteOrder: ByteOrder;
  readonly #spans: readonly PartSpan[];
  readonly #codecs: PageCodecs;
  readonly #damage: Damage[];
  /** The physical address of the file's PFN 0. */
  readonly #firstPfn: number;
  readonly #maxMapnr: number;
  readonly #notCovered: PageEntry;
  readonly #cache: PageCache;
  readonly #stored: Uint8Array;
  readonly #pagesRead: PfnSet = new PfnSet();
  readonly #undecodable: PfnSet = new PfnSet();
  #ranges: readonly PhysicalRange[] | null = null;

  constructor(parts: readonly [KdumpPart, ...KdumpPart[]], codecs: PageCodecs, damage: Damage[]) {
    super();
    const header = parts[0].header;
    this.pageSizeInBytes = header.blockSizeInBytes;
    this.byteOrder = header.flavour.byteOrder;
    this.#spans = spansOf(parts);
    this.#codecs = codecs;
    this.#damage = damage;
    this.#firstPfn = header.firstPfn;
    this.#maxMapnr = header.maxMapnr;
    const because =
      header.splitRange === null
        ? 'the dump holds no memory there'
        : 'no file given of the split dump covers it';
    this.#notCovered = { state: 'absent', damage: '', because, fileOffset: -1, size: 0, flags: 0 };
    this.#cache = new PageCache(header.blockSizeInBytes, cacheLimitInBytes);
    this.#stored = new Uint8Array(header.blockSizeInBytes);
  }

  get ranges(): readonly PhysicalRange[] {
    this.#ranges ??= memoryMapOf(mapSpansOf(this.#spans, this.#maxMapnr), this.#damage).map(
      ({ start, end }) => ({
        start: (start + this.#firstPfn) * this.pageSizeInBytes,
        end: (end + this.#firstPfn) * this.pageSizeInBytes,
      }),
    );
    return this.#ranges;
  }

  get pagesRead(): number {
    return this.#pagesRead.size;
  }

  pageState(pfn: number): PageState {
    if (this.#undecodable.has(pfn)) {
      return 'corrupt';
    }
    const part = this.#partOf(pfn);
    part?.findSharedZeroPage();
    return this.#entryOf(part, pfn).state;
  }

  override pieces(start: number, end: number): Iterable<MemoryPiece> {
    return piecesByPage(this, start, end, (pfn) => this.#entryOf(this.#partOf(pfn), pfn).size);
  }

  // A search asks of each page, so this looks for no shared zero page.
  protected override isLeftOut(pfn: number): boolean {
    if (this.#cache.get(pfn) !== undefined) {
      return false;
    }
    const { state } = this.#entryOf(this.#partOf(pfn), pfn);
    return state === 'excluded' || state === 'absent';
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    if (address < 0) {
      throw this.#unreadable(Math.floor(address / this.pageSizeInBytes), this.#notCovered);
    }
    const inPage = this.offsetInPage(address, lengthInBytes);
    const pfn = (address - inPage) / this.pageSizeInBytes;
    const page = this.#cache.get(pfn) ?? this.#load(pfn, inPage, inPage + lengthInBytes);
    this.#cache.viewers++;
    try {
      return use(page.subarray(inPage, inPage + lengthInBytes));
    } finally {
      this.#cache.viewers--;
    }
  }

  // Read from a cached page, without a view of the word: a view took half of a lookup's time.
  override readUint32(address: number): number {
    const inPage = address % this.pageSizeInBytes;
    const page =
      inPage <= this.pageSizeInBytes - 4
        ? this.#cache.get((address - inPage) / this.pageSizeInBytes)
        : undefined;
    return page === undefined ? super.readUint32(address) : uint32At(page, inPage, this.byteOrder);
  }

  override readUint64(address: number): bigint {
    const inPage = address % this.pageSizeInBytes;
    const page =
      inPage <= this.pageSizeInBytes - 8
        ? this.#cache.get((address - inPage) / this.pageSizeInBytes)
        : undefined;
    return page === undefined ? super.readUint64(address) : uint64At(page, inPage, this.byteOrder);
  }

  *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    const firstPfn = Math.floor(from / this.pageSizeInBytes) - this.#firstPfn;
    const endPfn = Math.ceil(to / this.pageSizeInBytes) - this.#firstPfn;
    for (const span of this.#spans) {
      span.part.findSharedZeroPage();
      for (const run of storedRunsOf(span, firstPfn, endPfn)) {
        const start = Math.max(from, (run.start + this.#firstPfn) * this.pageSizeInBytes);
        const end = Math.min(to, (run.end + this.#firstPfn) * this.pageSizeInBytes);
        if (start < end) {
          yield { start, end };
        }
      }
    }
  }

  #partOf(pfn: number): KdumpPart | undefined {
    const inFile = pfn - this.#firstPfn;
    return this.#spans.find((span) => inFile >= span.start && inFile < span.end)?.part;
  }

  #entryOf(part: KdumpPart | undefined, pfn: number): PageEntry {
    return part === undefined ? this.#notCovered : part.entryOf(pfn - this.#firstPfn);
  }

  /** Reads a page. Of a partial page it returns the held part, where that covers [from, to). */
  #load(pfn: number, from: number, to: number): Uint8Array {
    const part = this.#partOf(pfn);
    const entry = this.#entryOf(part, pfn);
    if (entry.state === 'zero') {
      this.#cache.set(pfn, this.#cache.zeroPage);
      return this.#cache.zeroPage;
    }
    if (part !== undefined && entry.state === 'partial') {
      const held = new Uint8Array(entry.size);
      const got = part.source.readInto(entry.fileOffset, held);
      if (to > got) {
        throw this.#unreadable(pfn, entry, undefined, Math.max(from, got));
      }
      this.#pagesRead.add(pfn);
      return held;
    }
    if (part === undefined || entry.state !== 'stored') {
      throw this.#unreadable(pfn, entry);
    }
    const page = this.#decoded(part, pfn, entry);
    this.#pagesRead.add(pfn);
    if (isZero(page)) {
      part.rememberZeroPage(entry.fileOffset);
    }
    this.#cache.set(pfn, page);
    return page;
  }

  #decoded(part: KdumpPart, pfn: number, entry: PageEntry): Uint8Array {
    const page = this.#cache.freshPage();
    const isRaw = entry.flags === 0;
    try {
      const stored = isRaw ? page.subarray(0, entry.size) : this.#stored.subarray(0, entry.size);
      const got = part.source.readInto(entry.fileOffset, stored);
      if (got !== stored.length || (isRaw && got !== page.length)) {
        const wanted = isRaw ? page.length : stored.length;
        throw new VmcorekitError('truncated', {
          structure: 'page data',
          fileOffset: entry.fileOffset,
          wanted,
          got,
        });
      }
      if (!isRaw) {
        this.#codecs.decode(entry.flags, stored, page);
      }
      return page;
    } catch (error) {
      if (isSourceFailure(error)) {
        throw error;
      }
      this.#undecodable.add(pfn);
      const because = error instanceof Error ? error.message : String(error);
      const damage = isVmcorekitError(error, 'unknown-name')
        ? 'page-codec-missing'
        : 'page-data-bad';
      throw this.#unreadable(pfn, { ...entry, state: 'corrupt', damage, because }, error);
    }
  }

  #unreadable(pfn: number, entry: PageEntry, cause?: unknown, inPage: number = 0): VmcorekitError {
    const state = entry.state === 'excluded' || entry.state === 'absent' ? entry.state : 'corrupt';
    const error = new VmcorekitError(
      'page-unreadable',
      {
        physicalAddress: pfn * this.pageSizeInBytes + inPage,
        pfn,
        state,
        because: entry.because,
        ...(entry.damage === '' ? {} : { condition: entry.damage }),
        ...(entry.fileOffset < 0 ? {} : { fileOffset: entry.fileOffset }),
      },
      cause === undefined ? undefined : { cause },
    );
    if (entry.damage !== '') {
      this.#report(entry.damage, pfn, entry, error);
    }
    return error;
  }

  #report(name: PageDamage, pfn: number, entry: PageEntry, error: VmcorekitError): void {
    const isKnown = this.#damage.some((damage) => damage.name === name && damage.pfn === pfn);
    if (!isKnown && this.#damage.length < maxDamagedPagesListed) {
      this.#damage.push({
        name,
        loses: name === 'page-codec-missing' ? 'nothing' : 'page',
        detail: error.message,
        pfn,
        ...(entry.fileOffset < 0 ? {} : { fileOffset: entry.fileOffset }),
      });
    }
  }
}
