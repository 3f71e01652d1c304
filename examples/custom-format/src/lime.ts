import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  checkInside,
  type DumpFormat,
  type DumpImage,
  definePlugin,
  type PageState,
  PfnSet,
  type PhysicalRange,
  type Plugin,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/** Ranges one after the other, each behind a header of 32 bytes: u32 magic, u32 version, u64 first and last address, u64 reserved. */
const headerSizeInBytes = 32;
const magic = 0x4c694d45;
const pageSizeInBytes = 4096;

interface LimeRange extends PhysicalRange {
  readonly fileOffset: number;
}

function readRanges(source: ByteSource): LimeRange[] {
  const ranges: LimeRange[] = [];
  for (let fileOffset = 0; fileOffset < source.sizeInBytes; ) {
    const header = new StructView(
      readExactly(source, fileOffset, headerSizeInBytes, 'LiME header'),
      'little',
      'LiME header',
      fileOffset,
    );
    const [start, last] = [header.uint53(8, 's_addr'), header.uint53(16, 'e_addr')];
    if (header.uint32(0) !== magic || last < start) {
      throw new VmcorekitError('malformed', {
        structure: 'LiME header',
        fileOffset,
        field: 'magic',
        wanted: 'a range',
        got: header.uint32(0),
      });
    }
    checkInside(source, fileOffset + headerSizeInBytes, last + 1 - start, 'LiME range');
    ranges.push({ start, end: last + 1, fileOffset: fileOffset + headerSizeInBytes });
    fileOffset += headerSizeInBytes + last + 1 - start;
  }
  return ranges.toSorted((a, b) => a.start - b.start);
}

class LimeMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes = pageSizeInBytes;
  readonly byteOrder: ByteOrder = 'little';
  readonly ranges: readonly LimeRange[];
  readonly #source: ByteSource;
  readonly #pages: PfnSet = new PfnSet();
  #bytesRead: number = 0;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
    this.ranges = readRanges(source);
  }

  get statistics(): { readonly bytesRead: number; readonly pagesRead: number } {
    return { bytesRead: this.#bytesRead, pagesRead: this.#pages.size };
  }

  pageState(pfn: number): PageState {
    return this.#rangeAt(pfn * pageSizeInBytes) === undefined ? 'absent' : 'stored';
  }

  withView<Result>(address: number, lengthInBytes: number, use: (view: Uint8Array) => Result): Result {
    const pfn = Math.floor(address / pageSizeInBytes);
    const range = this.#rangeAt(address);
    if (range === undefined || address + lengthInBytes > range.end) {
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'absent',
        because: 'no range holds it',
      });
    }
    this.#pages.add(pfn);
    this.#bytesRead += lengthInBytes;
    return use(readExactly(this.#source, range.fileOffset + address - range.start, lengthInBytes, 'LiME range'));
  }

  *storedRuns(from: number = 0, to: number = Number.MAX_SAFE_INTEGER): Generator<PhysicalRange, void, void> {
    for (const { start, end } of this.ranges) {
      if (start < to && end > from) {
        yield { start: Math.max(start, from), end: Math.min(end, to) };
      }
    }
  }

  #rangeAt(address: number): LimeRange | undefined {
    return this.ranges.find((range) => range.start <= address && address < range.end);
  }
}

const lime: DumpFormat = {
  name: 'lime',
  summary: 'LiME, the Linux memory extractor, x86-64',
  probe: (head) =>
    head.length >= 4 && new StructView(head, 'little', 'LiME header').uint32(0) === magic
      ? 'it starts with LiME’s magic'
      : undefined,
  open([source]: readonly ByteSource[]): Promise<DumpImage> {
    if (source === undefined) {
      return Promise.reject(new VmcorekitError('contract', { what: 'a LiME dump is one file' }));
    }
    return Promise.resolve({
      format: 'lime',
      architecture: 'x86_64',
      byteOrder: 'little',
      wordSizeInBits: 64,
      memory: new LimeMemory(source),
      notes: [],
      header: new Map(),
      headerOffsets: new Map(),
      vmcoreinfo: null,
      eraseinfo: null,
      conditions: [],
      [Symbol.dispose]: () => source[Symbol.dispose](),
    });
  },
};

/** Put it before vmcorekit's own plug-ins: they know LiME's name too, and refuse it. */
export const limePlugin: Plugin = definePlugin({ name: 'example-lime', formats: [lime] });
