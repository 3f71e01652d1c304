import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  checkInside,
  type DumpFormat,
  type DumpImage,
  definePlugin,
  hasAt,
  imageOf,
  type PageState,
  PfnSet,
  type PhysicalRange,
  type Plugin,
  type Progress,
  piecesOfRanges,
  readExactly,
  StructView,
  stateOfPieces,
  VmcorekitError,
} from '@vmcorekit/core';
import { limeWriter } from './lime-writer.ts';

/**
 * Ranges one after the other, each with a header of 32 bytes before it: u32 magic, u32 version, u64
 * first and last address, u64 reserved.
 */
const headerSizeInBytes = 32;
const magic = 0x4c694d45;

type LimeRange = PhysicalRange & { readonly fileOffset: number };

function* readRanges(source: ByteSource): Generator<Progress, LimeRange[], void> {
  const ranges: LimeRange[] = [];
  for (let at = 0; at < source.sizeInBytes; ) {
    yield { kind: 'progress', doing: 'reading LiME headers', fraction: at / source.sizeInBytes };
    const header = new StructView(
      readExactly(source, at, headerSizeInBytes, 'LiME header'),
      'little',
      'LiME header',
      at,
    );
    const [start, end] = [header.uint53(8, 's_addr'), header.uint53(16, 'e_addr') + 1];
    if (header.uint32(0) !== magic || end <= start) {
      throw malformed(at, 'the magic word, and a range that ends after its start', start);
    }
    checkInside(source, at + headerSizeInBytes, end - start, 'LiME range');
    ranges.push({ start, end, fileOffset: at + headerSizeInBytes });
    at += headerSizeInBytes + end - start;
  }
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  const overlapping = sorted.find(({ start }, index) => start < (sorted[index - 1]?.end ?? 0));
  if (overlapping !== undefined) {
    throw malformed(
      overlapping.fileOffset - headerSizeInBytes,
      'a range that overlaps no other',
      overlapping.start,
    );
  }
  return sorted;
}

function malformed(fileOffset: number, wanted: string, got: number): VmcorekitError {
  return new VmcorekitError('malformed', {
    structure: 'LiME header',
    fileOffset,
    field: 'range',
    wanted,
    got,
  });
}

class LimeMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes = 4096;
  readonly byteOrder: ByteOrder = 'little';
  readonly ranges: readonly LimeRange[];
  readonly #source: ByteSource;
  readonly #pages: PfnSet = new PfnSet();

  constructor(source: ByteSource, ranges: readonly LimeRange[]) {
    super();
    this.#source = source;
    this.ranges = ranges;
  }

  get pagesRead(): number {
    return this.#pages.size;
  }

  pageState(pfn: number): PageState {
    const address = pfn * this.pageSizeInBytes;
    return stateOfPieces(piecesOfRanges(this.ranges, address, address + this.pageSizeInBytes));
  }

  withView<Result>(
    address: number,
    lengthInBytes: number,
    use: (view: Uint8Array) => Result,
  ): Result {
    const pfn = Math.floor(address / this.pageSizeInBytes);
    const range = this.ranges.find(
      ({ start, end }) => start <= address && address + lengthInBytes <= end,
    );
    if (range === undefined) {
      const because = 'no range holds it';
      throw new VmcorekitError('page-unreadable', {
        physicalAddress: address,
        pfn,
        state: 'absent',
        because,
      });
    }
    this.#pages.add(pfn);
    return use(
      readExactly(
        this.#source,
        range.fileOffset + address - range.start,
        lengthInBytes,
        'LiME range',
      ),
    );
  }

  *storedRuns(
    from: number = 0,
    to: number = Number.MAX_SAFE_INTEGER,
  ): Generator<PhysicalRange, void, void> {
    for (const { start, end } of this.ranges.filter(
      (range) => range.start < to && range.end > from,
    )) {
      yield { start: Math.max(start, from), end: Math.min(end, to) };
    }
  }
}

const lime: DumpFormat = {
  name: 'lime',
  summary: 'LiME, the Linux memory extractor, x86-64',
  writer: limeWriter,
  probe: ({ head }) =>
    hasAt(head, 0, 'EMiL')
      ? { because: 'it starts with LiME’s magic word', strength: 'signature' }
      : undefined,
  async open([file]) {
    return imageIn(file as ByteSource);
  },
};

function* imageIn(file: ByteSource): Generator<Progress, DumpImage, void> {
  const memory = new LimeMemory(file, yield* readRanges(file));
  return imageOf({
    format: 'lime',
    architecture: 'x86_64',
    memory,
    [Symbol.dispose]: () => file[Symbol.dispose](),
  });
}

/**
 * Named in a configuration, or given to `createDefaultToolkit`, it replaces vmcorekit's own `lime`,
 * which only recognizes such files.
 */
export const plugin: Plugin = definePlugin({ name: 'example-lime', formats: [lime] });
