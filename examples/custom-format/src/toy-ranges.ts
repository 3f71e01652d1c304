import {
  BasePhysicalMemory,
  type ByteOrder,
  type ByteSource,
  checkInside,
  type DumpFormat,
  type DumpImage,
  definePlugin,
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
import {
  headerSizeInBytes,
  magic,
  magicSizeInBytes,
  toyRangesWriter,
} from './toy-ranges-writer.ts';

/**
 * `TOYRANGE`, then ranges of memory one after the other, each with a header of 16 bytes before it:
 * u64 start and u64 end, little-endian.
 */
type ToyRange = PhysicalRange & { readonly fileOffset: number };

function* readRanges(source: ByteSource): Generator<Progress, ToyRange[], void> {
  const ranges: ToyRange[] = [];
  for (let at = magicSizeInBytes; at < source.sizeInBytes; ) {
    yield {
      kind: 'progress',
      doing: 'reading headers of ranges',
      fraction: at / source.sizeInBytes,
    };
    const header = new StructView(
      readExactly(source, at, headerSizeInBytes, 'range header'),
      'little',
      'range header',
      at,
    );
    const [start, end] = [header.uint53(0, 'start'), header.uint53(8, 'end')];
    if (end <= start) {
      throw malformed(at, 'a range that ends after its start', start);
    }
    checkInside(source, at + headerSizeInBytes, end - start, 'range');
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
    structure: 'range header',
    fileOffset,
    field: 'range',
    wanted,
    got,
  });
}

class ToyRangesMemory extends BasePhysicalMemory {
  readonly pageSizeInBytes = 4096;
  readonly byteOrder: ByteOrder = 'little';
  readonly ranges: readonly ToyRange[];
  readonly #source: ByteSource;
  readonly #pages: PfnSet = new PfnSet();

  constructor(source: ByteSource, ranges: readonly ToyRange[]) {
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
      readExactly(this.#source, range.fileOffset + address - range.start, lengthInBytes, 'range'),
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

export const toyRanges: DumpFormat = {
  name: 'toy-ranges',
  summary: 'ranges of memory of a toy x86-64 machine',
  writer: toyRangesWriter,
  probe: ({ head }) =>
    head.length >= magicSizeInBytes && new StructView(head, 'little', 'head').uint64(0) === magic
      ? { because: 'begins with TOYRANGE', strength: 'signature' }
      : undefined,
  async open([file]) {
    return imageIn(file as ByteSource);
  },
};

function* imageIn(file: ByteSource): Generator<Progress, DumpImage, void> {
  const memory = new ToyRangesMemory(file, yield* readRanges(file));
  return imageOf({
    format: toyRanges.name,
    architecture: 'x86_64',
    memory,
    [Symbol.dispose]: () => file[Symbol.dispose](),
  });
}

/** For a configuration that names it, or for `createDefaultToolkit`. */
export const plugin: Plugin = definePlugin({ name: 'example-toy-ranges', formats: [toyRanges] });

export default plugin;
