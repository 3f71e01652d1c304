import {
  isHeld,
  type PagePlan,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { maxProgramHeaders } from '../program-header-count.ts';

/** A stretch of memory without gaps, and its place in the file. */
export interface Segment extends PhysicalRange {
  readonly fileOffset: number;
}

const pagesPerStep = 65_536;

/**
 * The stretches of memory that the dumped pages form. Ends within pages stay as they are; of a
 * partial page only the held part is included; every page that is not dumped separates two
 * stretches. Throws `unsupported` where there are more than a reader accepts.
 */
export function* stretchesOf(
  memory: PhysicalMemory,
  plan: PagePlan,
): Generator<Progress, PhysicalRange[], void> {
  const size = memory.pageSizeInBytes;
  const stretches: { start: number; end: number }[] = [];
  const add = (start: number, end: number): void => {
    const last = stretches.at(-1);
    if (last?.end === start) {
      last.end = end;
    } else {
      stretches.push({ start, end });
    }
  };
  let pages = 0;
  for (const range of memory.ranges) {
    for (let pfn = Math.floor(range.start / size); pfn * size < range.end; pfn++) {
      if (plan.dumped.has(pfn)) {
        const start = Math.max(range.start, pfn * size);
        const end = Math.min(range.end, (pfn + 1) * size);
        if (plan.partial.has(pfn)) {
          for (const piece of memory.pieces(start, end)) {
            if (isHeld(piece.state)) {
              add(piece.start, piece.end);
            }
          }
        } else {
          add(start, end);
        }
      }
      if (++pages % pagesPerStep === 0) {
        yield { kind: 'progress', doing: 'laying out segments', fraction: null };
      }
    }
    if (stretches.length >= maxProgramHeaders) {
      throw new VmcorekitError('unsupported', {
        what: `memory in more than ${maxProgramHeaders} pieces in an ELF file`,
        advice: 'write KDUMP instead',
      });
    }
  }
  return stretches;
}

/**
 * Places stretches in the file one after the other. Each gets the offset within a page that its
 * address has, so that it can be mapped.
 */
export function placedFrom(
  fileOffset: number,
  stretches: readonly PhysicalRange[],
  pageSizeInBytes: number,
): Segment[] {
  let at = fileOffset;
  return stretches.map(({ start, end }) => {
    const placedAt = Math.ceil(at / pageSizeInBytes) * pageSizeInBytes + (start % pageSizeInBytes);
    at = placedAt + (end - start);
    return { start, end, fileOffset: placedAt };
  });
}
