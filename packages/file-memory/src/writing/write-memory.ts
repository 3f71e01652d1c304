import {
  type ByteSink,
  isVmcorekitError,
  isZero,
  type PagePlan,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
} from '@vmcorekit/core';

/** A stretch of memory without gaps, and its place in the file. */
export interface PlacedStretch extends PhysicalRange {
  readonly fileOffset: number;
  /** What the file has right before it. */
  readonly header?: Uint8Array;
}

const bufferSizeInBytes: number = 512 * 1024;
const pagesPerStep = 64;

export interface WrittenMemory {
  readonly pagesStored: number;
  readonly pagesZero: number;
  /**
   * Pages that could not be read. If there are any, the caller must not leave the file as it is.
   */
  readonly unreadable: readonly number[];
}

/**
 * Writes the headers and bytes of all stretches, ascending, from `fileOffset` on. Skips zero pages
 * and the gaps between stretches: unwritten bytes of a sink read as zero, and take no room in most
 * file systems. With `writesAll`, for streams and for a second pass, it writes them too. It always
 * writes the last byte, so that the file ends where its last stretch does.
 */
export function* writeMemory(
  memory: PhysicalMemory,
  plan: PagePlan,
  stretches: readonly PlacedStretch[],
  sink: ByteSink,
  fileOffset: number,
  writesAll: boolean,
): Generator<Progress, WrittenMemory, void> {
  const size = memory.pageSizeInBytes;
  const output = new Stretch(sink, Math.max(bufferSizeInBytes, 2 * size), fileOffset, writesAll);
  const unreadable: number[] = [];
  let pages = 0;
  let pagesZero = 0;
  let lastPfn = -1;
  let isLastZero = false;
  for (const { start, end, fileOffset: placedAt, header } of stretches) {
    if (header !== undefined) {
      output.room(placedAt - header.length, header.length).set(header);
      output.keep(header.length);
    }
    for (let at = start; at < end; ) {
      const pfn = Math.floor(at / size);
      const pieceEnd = Math.min(end, (pfn + 1) * size);
      const isKnownZero = plan.zero.has(pfn);
      const piece = output.room(placedAt + (at - start), pieceEnd - at);
      if (isKnownZero) {
        piece.fill(0);
      } else if (!read(memory, at, piece)) {
        unreadable.push(pfn);
      }
      const isAllZero = isKnownZero || isZero(piece);
      if (!isAllZero || writesAll) {
        output.keep(piece.length);
      }
      if (pfn !== lastPfn) {
        pages++;
        pagesZero += isAllZero ? 1 : 0;
        lastPfn = pfn;
        isLastZero = isAllZero;
        if (pages % pagesPerStep === 0) {
          yield { kind: 'progress', doing: 'writing pages', fraction: pages / plan.dumped.size };
        }
      } else if (isLastZero && !isAllZero) {
        pagesZero--;
        isLastZero = false;
      }
      at = pieceEnd;
    }
  }
  output.flush();
  const last = stretches.at(-1);
  if (last !== undefined) {
    output.endAt(last.fileOffset + (last.end - last.start));
  }
  return { pagesStored: pages - pagesZero, pagesZero, unreadable };
}

/** Finds the pages that cannot be read, for sinks that cannot go back. */
export function* findUnreadable(
  memory: PhysicalMemory,
  plan: PagePlan,
  stretches: readonly PlacedStretch[],
): Generator<Progress, readonly number[], void> {
  const nowhere: ByteSink = { isSequential: false, writeAt: () => undefined };
  const work = writeMemory(memory, plan, stretches, nowhere, 0, false);
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value.unreadable;
    }
    yield { ...step.value, doing: 'checking pages' };
  }
}

function read(memory: PhysicalMemory, address: number, piece: Uint8Array): boolean {
  try {
    memory.readInto(address, piece);
    return true;
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      piece.fill(0);
      return false;
    }
    throw error;
  }
}

/** Collects consecutive bytes of the file and writes them at once. */
class Stretch {
  readonly #sink: ByteSink;
  readonly #buffer: Uint8Array;
  readonly #fillsGaps: boolean;
  #fileOffset: number;
  #size = 0;
  #writtenTo = 0;

  constructor(sink: ByteSink, sizeInBytes: number, fileOffset: number, fillsGaps: boolean) {
    this.#sink = sink;
    this.#buffer = new Uint8Array(sizeInBytes);
    this.#fileOffset = fileOffset;
    this.#fillsGaps = fillsGaps;
  }

  /** A buffer for bytes at a place in the file. They count only after `keep` was called. */
  room(fileOffset: number, lengthInBytes: number): Uint8Array {
    const gap = fileOffset - (this.#fileOffset + this.#size);
    if (gap + this.#size + lengthInBytes > this.#buffer.length || (gap > 0 && !this.#fillsGaps)) {
      this.flush();
    }
    if (this.#fillsGaps) {
      // Less than a page: no format leaves more room before a stretch.
      this.#buffer.fill(0, this.#size, this.#size + gap);
      this.#size += gap;
    } else if (this.#size === 0) {
      this.#fileOffset = fileOffset;
    }
    return this.#buffer.subarray(this.#size, this.#size + lengthInBytes);
  }

  keep(lengthInBytes: number): void {
    this.#size += lengthInBytes;
  }

  flush(): void {
    if (this.#size > 0) {
      this.#sink.writeAt(this.#fileOffset, this.#buffer.subarray(0, this.#size));
      this.#fileOffset += this.#size;
      this.#size = 0;
      this.#writtenTo = this.#fileOffset;
    }
  }

  /** Makes the sink reach up to an offset, unless its last bytes were just written. */
  endAt(fileOffset: number): void {
    if (this.#writtenTo !== fileOffset) {
      this.#sink.writeAt(fileOffset - 1, Uint8Array.of(0));
    }
  }
}
