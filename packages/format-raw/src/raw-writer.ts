import {
  type ByteSink,
  type DumpImage,
  type DumpWriter,
  hex,
  isVmcorekitError,
  isZero,
  leaveOutUnreadable,
  type OutputKind,
  type PagePlan,
  type PhysicalMemory,
  type Progress,
  planPages,
  readHeld,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';

const pagesPerStep = 64;
const bufferSizeInBytes: number = 512 * 1024;
/** The largest file of ext4, 16 TiB. Memory that lies higher is no memory to copy as it is. */
const maxFileSizeInBytes: number = 2 ** 44;

/**
 * Writes raw memory: each byte at the offset that is its address. What the dump does not hold is a
 * hole, and reads as zeros. Notes and registers have no place in such a file.
 */
export class RawWriter implements DumpWriter {
  readonly kinds: readonly OutputKind[] = [
    {
      name: 'raw',
      summary: 'raw memory',
      endings: ['.raw', '.mem'],
      limits:
        'it holds memory alone, without notes and registers; what the dump lacks reads as zeros; OUT@0 in place of OUT says that each byte lies at its own address',
      holdsMemoryAlone: true,
    },
  ];

  /**
   * Throws `usage` for compression. The generator throws `unsupported` where memory lies too high,
   * or where there is none.
   */
  async write(
    image: DumpImage,
    sink: ByteSink,
    options: WriteOptions,
  ): Promise<Generator<Progress, WriteReport, void>> {
    const { compression = 'none' } = options;
    if (compression !== 'none') {
      throw new VmcorekitError('usage', {
        what: 'compression of raw memory',
        got: compression,
        allowed: 'none',
      });
    }
    return writeMemory(image, sink, options);
  }
}

function* writeMemory(
  image: DumpImage,
  sink: ByteSink,
  { filters = [] }: WriteOptions,
): Generator<Progress, WriteReport, void> {
  const { memory } = image;
  const end = memory.ranges.at(-1)?.end ?? 0;
  if (end === 0 || end > maxFileSizeInBytes) {
    throw new VmcorekitError('unsupported', {
      what:
        end === 0
          ? 'raw memory of a dump without memory'
          : `raw memory up to ${hex(end)}: a file of that size (at most ${hex(maxFileSizeInBytes)})`,
      advice: 'write KDUMP or ELF, which store addresses',
    });
  }
  const plan = yield* planPages(image, filters);
  const pageCount = plan.dumped.size;
  const output = new Output(sink, memory.pageSizeInBytes);
  let done = 0;
  let pagesStored = 0;
  for (const pfn of plan.dumped.members()) {
    const page = output.roomFor(pfn);
    if (!plan.zero.has(pfn) && isReadable(memory, pfn, page, plan) && !isZero(page)) {
      output.keep();
      pagesStored++;
    }
    if (++done % pagesPerStep === 0) {
      yield { kind: 'progress', doing: 'writing pages', fraction: done / pageCount };
    }
  }
  const sizeInBytes = Math.ceil(end / memory.pageSizeInBytes) * memory.pageSizeInBytes;
  output.endAt(sizeInBytes);
  return {
    bytesWritten: sizeInBytes,
    pagesStored,
    pagesZero: plan.dumped.size - pagesStored,
    pagesExcluded: plan.exists.size - plan.dumped.size - plan.pagesUnreadable,
    pagesUnreadable: plan.pagesUnreadable + plan.cutOff.size,
    pagesAbsent: plan.pagesAbsent,
    pagesFilled: plan.partial.size,
  };
}

/** Reads a page; one that cannot be read leaves the plan. */
function isReadable(
  memory: PhysicalMemory,
  pfn: number,
  page: Uint8Array,
  plan: PagePlan,
): boolean {
  try {
    const address = pfn * page.length;
    if (plan.partial.has(pfn)) {
      readHeld(memory, address, page);
    } else {
      memory.readInto(address, page);
    }
    return true;
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      leaveOutUnreadable(plan, pfn);
      return false;
    }
    throw error;
  }
}

/**
 * Collects pages that follow each other, and writes them at once. What is not written is a hole.
 */
class Output {
  readonly #sink: ByteSink;
  readonly #pageSizeInBytes: number;
  readonly #buffer: Uint8Array;
  #firstPfn = 0;
  #pages = 0;
  #writtenTo = 0;

  constructor(sink: ByteSink, pageSizeInBytes: number) {
    this.#sink = sink;
    this.#pageSizeInBytes = pageSizeInBytes;
    this.#buffer = new Uint8Array(Math.max(bufferSizeInBytes, pageSizeInBytes));
  }

  /** A buffer for a page, which counts only after `keep` was called. Pages ascend. */
  roomFor(pfn: number): Uint8Array {
    const size = this.#pageSizeInBytes;
    const isNext = pfn === this.#firstPfn + this.#pages;
    if (!isNext || (this.#pages + 1) * size > this.#buffer.length) {
      this.#flush();
      this.#firstPfn = pfn;
    }
    return this.#buffer.subarray(this.#pages * size, (this.#pages + 1) * size);
  }

  keep(): void {
    this.#pages++;
  }

  /** Makes the file that long, unless its last bytes were just written. */
  endAt(sizeInBytes: number): void {
    this.#flush();
    if (this.#writtenTo !== sizeInBytes) {
      this.#sink.writeAt(sizeInBytes - 1, Uint8Array.of(0));
    }
  }

  #flush(): void {
    if (this.#pages > 0) {
      const offset = this.#firstPfn * this.#pageSizeInBytes;
      const bytes = this.#buffer.subarray(0, this.#pages * this.#pageSizeInBytes);
      this.#sink.writeAt(offset, bytes);
      this.#writtenTo = offset + bytes.length;
      this.#pages = 0;
    }
  }
}
