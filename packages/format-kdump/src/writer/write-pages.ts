import {
  type ByteSink,
  type DumpImage,
  isVmcorekitError,
  isZero,
  leaveOutUnreadable,
  type PagePlan,
  type Progress,
  readHeld,
} from '@vmcorekit/core';
import type { PfnRange } from '../header/header.ts';
import { type PageEncoding, PageWriter, type WrittenPages } from './page-writer.ts';

const pagesPerStep = 64;

/** The pages of one file: PFNs in the file's own count, and the number of dumped pages. */
export interface PartPages extends PfnRange {
  readonly pages: number;
}

/**
 * Writes the descriptors of one file's dumped pages from `descriptorsFileOffset` on, and the pages
 * after them. A page that cannot be read is removed from the plan's dumped pages and counted. What
 * the image does not hold of a partial page is written as zeros.
 */
export function* writePages(
  image: DumpImage,
  sink: ByteSink,
  plan: PagePlan,
  part: PartPages,
  descriptorsFileOffset: number,
  firstPfn: number,
  encoding: PageEncoding,
): Generator<Progress, WrittenPages, void> {
  const { memory } = image;
  const reserved = part.pages;
  const writer = new PageWriter(
    sink,
    descriptorsFileOffset,
    reserved,
    memory.pageSizeInBytes,
    image.byteOrder,
    encoding,
  );
  const addPage = (page: Uint8Array): void => {
    if (isZero(page)) {
      writer.addZero();
    } else {
      writer.add(page);
    }
  };
  let done = 0;
  // Comes first where one is certainly needed: there a reader recognizes it at once.
  if (plan.zero.members(part.start, part.end).next().done !== true) {
    writer.placeZeroPage();
  }
  for (const pfn of plan.dumped.members(part.start, part.end)) {
    if (plan.zero.has(pfn)) {
      writer.addZero();
    } else if (!viewPage(image, pfn + firstPfn, plan.partial.has(pfn), addPage)) {
      leaveOutUnreadable(plan, pfn);
    }
    done++;
    if (done % pagesPerStep === 0) {
      yield { kind: 'progress', doing: 'writing pages', fraction: done / reserved };
    }
  }
  return writer.end();
}

/**
 * Writes without a copy where possible: most pages are zero and need none. Returns false for a page
 * that cannot be read.
 */
function viewPage(
  { memory }: DumpImage,
  pfn: number,
  isPartial: boolean,
  use: (page: Uint8Array) => void,
): boolean {
  const size = memory.pageSizeInBytes;
  try {
    if (isPartial) {
      const page = new Uint8Array(size);
      readHeld(memory, pfn * size, page);
      use(page);
    } else {
      memory.withView(pfn * size, size, use);
    }
    return true;
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return false;
    }
    throw error;
  }
}
