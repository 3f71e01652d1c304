import {
  type ByteSink,
  type DumpImage,
  type DumpWriter,
  isHeld,
  isVmcorekitError,
  leaveOutUnreadable,
  type PageFilter,
  type PhysicalRange,
  type Progress,
  planPages,
  type WriteReport,
} from '@vmcorekit/core';

/** `TOYRANGE`, as a little-endian number. */
export const magic = 0x45474e4152594f54n;
export const magicSizeInBytes = 8;
export const headerSizeInBytes = 16;
const pagesPerStep = 64;

/**
 * Serves `vmcorekit convert --to toy-ranges IN OUT`, or an OUT that ends in `.ranges`. Each header
 * is written after its range, so the sink must seek.
 */
export const toyRangesWriter: DumpWriter = {
  kinds: [{ name: 'toy-ranges', summary: 'a toy file of ranges', endings: ['.ranges'] }],
  async write(image, sink, { filters = [] }) {
    return writeRanges(image, sink, filters);
  },
};

/**
 * Writes runs of pages as ranges, to the byte where a page is held in part. No range contains an
 * unreadable page.
 */
function* writeRanges(
  image: DumpImage,
  sink: ByteSink,
  filters: readonly PageFilter[],
): Generator<Progress, WriteReport, void> {
  const { memory } = image;
  const plan = yield* planPages(image, filters);
  let [fileOffset, start, end] = [magicSizeInBytes, 0, 0];
  sink.writeAt(0, wordsOf(magic));
  let pagesWritten = 0;
  const endRange = (): void => {
    if (end > start) {
      sink.writeAt(fileOffset, wordsOf(BigInt(start), BigInt(end)));
      fileOffset += headerSizeInBytes + end - start;
    }
  };
  for (const pfn of plan.dumped.members()) {
    const page = { start: pfn * memory.pageSizeInBytes, end: (pfn + 1) * memory.pageSizeInBytes };
    const pieces: Iterable<PhysicalRange> = plan.partial.has(pfn)
      ? Array.from(memory.pieces(page.start, page.end)).filter(({ state }) => isHeld(state))
      : [page];
    try {
      for (const piece of pieces) {
        if (piece.start !== end) {
          endRange();
          [start, end] = [piece.start, piece.start];
        }
        const at = fileOffset + headerSizeInBytes + piece.start - start;
        memory.withView(piece.start, piece.end - piece.start, (bytes) => sink.writeAt(at, bytes));
        end = piece.end;
      }
      pagesWritten++;
    } catch (error) {
      if (!isVmcorekitError(error, 'page-unreadable')) {
        throw error;
      }
      leaveOutUnreadable(plan, pfn);
    }
    if (pagesWritten % pagesPerStep === 0) {
      yield { kind: 'progress', doing: 'writing pages', fraction: pagesWritten / plan.dumped.size };
    }
  }
  endRange();
  return {
    bytesWritten: fileOffset,
    pagesStored: pagesWritten - plan.zero.size,
    pagesZero: plan.zero.size,
    pagesExcluded: plan.exists.size - plan.dumped.size - plan.pagesUnreadable,
    pagesUnreadable: plan.pagesUnreadable + plan.cutOff.size,
    pagesAbsent: plan.pagesAbsent,
  };
}

/** Little-endian numbers of 64 bits, as the file has them. */
export function wordsOf(...words: readonly bigint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * words.length));
  for (const [index, word] of words.entries()) {
    view.setBigUint64(8 * index, word, true);
  }
  return new Uint8Array(view.buffer);
}
