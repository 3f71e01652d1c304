import { type ByteSource, firstLostIn, hex, isZero, type PageState, plural } from '@vmcorekit/core';
import type { KdumpHeader, PfnRange } from '../header/header.ts';
import { parseHeader } from '../header/parse-header.ts';
import { type PageDescriptor, PageDescriptors, type PageTable } from './page-descriptors.ts';
import { RankedBitmap } from './ranked-bitmap.ts';
import { RawPages } from './raw-pages.ts';

/**
 * What can be wrong with a page.
 * `page-lost`: its descriptor was never written.
 * `page-descriptor-missing`: the file ends before its descriptor.
 * `page-descriptor-bad`: its descriptor holds impossible numbers.
 * `page-cut-off`: the file ends before or within its data.
 * `page-data-bad`: its data does not decompress to one page.
 * `page-codec-missing`: no codec for its compression is installed.
 */
export type PageDamage =
  | 'page-lost'
  | 'page-descriptor-missing'
  | 'page-descriptor-bad'
  | 'page-cut-off'
  | 'page-data-bad'
  | 'page-codec-missing';

/** What a file's index says about a page. */
export interface PageEntry {
  readonly state: PageState;
  /** The kind of damage of a corrupt page; empty for others. */
  readonly damage: PageDamage | '';
  /** Why it cannot be read; empty where it can. */
  readonly because: string;
  /** The offset of the page's bytes, or of the wrong descriptor; -1 where there is neither. */
  readonly fileOffset: number;
  readonly size: number;
  readonly flags: number;
}

function without(state: PageState, because: string): PageEntry {
  return { state, damage: '', because, fileOffset: -1, size: 0, flags: 0 };
}

const entries = {
  zero: without('zero', ''),
  excluded: without('excluded', 'the file was written without it'),
  absent: without('absent', 'the dump holds no memory there'),
  torn: without('absent', 'the file ends within the bitmap, before its bit'),
} as const;

/**
 * One file of a dump: its index of the pages it holds. PFNs here are the file's own; ARM counts
 * them from phys_base.
 */
export class KdumpPart implements Disposable {
  readonly header: KdumpHeader;
  readonly source: ByteSource;
  /** The PFNs that this file answers for. */
  readonly range: PfnRange;
  readonly dumped: RankedBitmap;
  /** Null where the file has only one bitmap. */
  readonly exists: RankedBitmap | null;
  readonly descriptors: PageTable;
  readonly #hasDescriptors: boolean;
  /**
   * Offsets of pages known to be zero: QEMU and makedumpfile store one zero page for all of them.
   */
  readonly #zeroOffsets: Set<number> = new Set();
  #hasLookedForZeroPage = false;
  #hasLostAny: boolean | null = null;
  #rankOfRangeStart: number | null = null;
  #dataStart: number | null = null;

  /**
   * Owns the source. The caller caches it, because index and pages are read in small pieces. Throws
   * what `parseHeader` throws.
   *
   * @param hasDescriptors false where the bitmaps are followed by the pages themselves
   */
  constructor(source: ByteSource, hasDescriptors: boolean = true) {
    this.source = source;
    this.header = parseHeader(this.source);
    const { bitmapFileOffset, bitmapSizeInBytes, hasTwoBitmaps, maxMapnr } = this.header;
    const secondBitmapAt = bitmapFileOffset + (hasTwoBitmaps ? bitmapSizeInBytes : 0);
    this.range = this.header.splitRange ?? { start: 0, end: maxMapnr };
    this.dumped = new RankedBitmap(this.source, secondBitmapAt, maxMapnr);
    this.exists = hasTwoBitmaps ? new RankedBitmap(this.source, bitmapFileOffset, maxMapnr) : null;
    const { descriptorsFileOffset, blockSizeInBytes, flavour } = this.header;
    this.#hasDescriptors = hasDescriptors;
    this.descriptors = hasDescriptors
      ? new PageDescriptors(this.source, descriptorsFileOffset, flavour.byteOrder)
      : new RawPages(descriptorsFileOffset, blockSizeInBytes);
  }

  /** The number of descriptors that the file should have. */
  get descriptorCount(): number {
    return this.dumped.rank(this.range.end) - this.#rankOfStart();
  }

  /** The offset where the pages' bytes begin. */
  get dataFileOffset(): number {
    return this.descriptors.fileOffsetOf(this.#hasDescriptors ? this.descriptorCount : 0);
  }

  /** The descriptor index of a dumped page: a split file's descriptors begin with its own range. */
  descriptorIndexOf(pfn: number): number {
    return this.dumped.rank(pfn) - this.#rankOfStart();
  }

  /** What the index says about a page within `range`. */
  entryOf(pfn: number): PageEntry {
    if (this.dumped.has(pfn)) {
      return this.storedEntry(this.descriptorIndexOf(pfn));
    }
    if (pfn >= this.dumped.knownBits) {
      return pfn < this.range.end ? entries.torn : entries.absent;
    }
    if (this.exists?.has(pfn) !== true) {
      return entries.absent;
    }
    return this.header.dumpLevel === 1 ? entries.zero : entries.excluded;
  }

  /** What the descriptor at that index says. */
  storedEntry(index: number): PageEntry {
    const fileOffset = this.descriptors.fileOffsetOf(index);
    const descriptor = this.descriptors.at(index);
    if (descriptor === undefined) {
      const because = 'its descriptor lies after the end of the file';
      return { ...without('corrupt', because), damage: 'page-descriptor-missing', fileOffset };
    }
    const fault = this.#faultOf(descriptor);
    if (fault !== undefined) {
      const heldInBytes = fault.damage === 'page-cut-off' ? this.#heldOf(descriptor) : 0;
      return heldInBytes > 0
        ? {
            ...without('partial', fault.because),
            damage: fault.damage,
            fileOffset: descriptor.offset,
            size: heldInBytes,
          }
        : { ...without('corrupt', fault.because), damage: fault.damage, fileOffset };
    }
    return this.#zeroOffsets.has(descriptor.offset)
      ? entries.zero
      : {
          state: 'stored',
          damage: '',
          because: '',
          fileOffset: descriptor.offset,
          size: descriptor.size,
          flags: descriptor.flags,
        };
  }

  /** Remembers that the page stored there is zero, so that no other page that shares it is read. */
  rememberZeroPage(fileOffset: number): void {
    if (this.#zeroOffsets.size < 16) {
      this.#zeroOffsets.add(fileOffset);
    }
  }

  /**
   * Checks whether the first stored page is a raw zero page: QEMU writes one there, which all zero
   * pages share. Called before the first question about zero pages.
   */
  findSharedZeroPage(): void {
    if (this.#hasLookedForZeroPage) {
      return;
    }
    this.#hasLookedForZeroPage = true;
    if (!this.dumped.isQuicklyCounted) {
      return;
    }
    const first = this.descriptorCount === 0 ? undefined : this.#firstAt(this.dataFileOffset);
    if (first !== undefined && first.flags === 0 && first.size === this.header.blockSizeInBytes) {
      const page = new Uint8Array(first.size);
      if (this.source.readInto(first.offset, page) === page.length && isZero(page)) {
        this.rememberZeroPage(first.offset);
      }
    }
  }

  [Symbol.dispose](): void {
    this.source[Symbol.dispose]();
  }

  #rankOfStart(): number {
    this.#rankOfRangeStart ??= this.dumped.rank(this.range.start);
    return this.#rankOfRangeStart;
  }

  /** The first descriptor that points to an offset, among the first few. */
  #firstAt(fileOffset: number): PageDescriptor | undefined {
    for (let index = 0; index < 4096; index++) {
      const descriptor = this.descriptors.at(index);
      if (descriptor === undefined || descriptor.offset === fileOffset) {
        return descriptor;
      }
    }
    return undefined;
  }

  #faultOf(descriptor: PageDescriptor): Fault | undefined {
    const { offset, size } = descriptor;
    if (offset === 0) {
      return {
        damage: 'page-lost',
        because: 'its descriptor was never written, the dump is incomplete',
      };
    }
    const because = this.#nonsenseIn(descriptor);
    if (because !== undefined) {
      return { damage: 'page-descriptor-bad', because };
    }
    if (offset + size > this.source.sizeInBytes) {
      return {
        damage: 'page-cut-off',
        because: `its data, ${plural(size, 'byte')} at ${hex(offset)}, ends after the end of the file at ${hex(this.source.sizeInBytes)}`,
      };
    }
    const lostFrom = this.#firstLostIn(offset, size);
    return lostFrom === undefined
      ? undefined
      : {
          damage: 'page-cut-off',
          because: `its data, ${plural(size, 'byte')} at ${hex(offset)}, is lost from ${hex(lostFrom)} on: the file was cut`,
        };
  }

  /**
   * The part of a page that a truncated file still holds: of an uncompressed page, its first bytes.
   */
  #heldOf({ offset, size, flags }: PageDescriptor): number {
    const isRaw = flags === 0 && size === this.header.blockSizeInBytes;
    const heldTo = this.#firstLostIn(offset, size) ?? this.source.sizeInBytes;
    return isRaw ? Math.max(0, heldTo - offset) : 0;
  }

  /** Asks only a source that has lost something, because a search asks for millions of pages. */
  #firstLostIn(offset: number, lengthInBytes: number): number | undefined {
    this.#hasLostAny ??= firstLostIn(this.source, 0, this.source.sizeInBytes) !== undefined;
    return this.#hasLostAny ? firstLostIn(this.source, offset, lengthInBytes) : undefined;
  }

  #nonsenseIn({ offset, exactOffset, size }: PageDescriptor): string | undefined {
    if (exactOffset !== undefined) {
      return `its descriptor's offset ${hex(exactOffset)} is beyond any file`;
    }
    if (size === 0 || size > this.header.blockSizeInBytes) {
      return `its descriptor says ${plural(size, 'byte')}, a page takes 1 to ${this.header.blockSizeInBytes}`;
    }
    this.#dataStart ??= this.dumped.isQuicklyCounted
      ? this.dataFileOffset
      : this.header.descriptorsFileOffset;
    return offset < this.#dataStart
      ? `its data at ${hex(offset)} lies within the headers, bitmaps and descriptors`
      : undefined;
  }
}

interface Fault {
  readonly damage: PageDamage;
  readonly because: string;
}
