import {
  isHeld,
  type PagePlan,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';

/** What a file of stretches is called, and how many of them it may have. */
export interface StretchLimit {
  /** With its article, for messages: `an ELF file`. */
  readonly summary: string;
  readonly maxStretches: number;
}

const pagesPerStep = 65_536;

/**
 * The stretches of memory that the dumped pages form. Ends within pages stay as they are; of a
 * partial page only the held part is included; every page that is not dumped separates two
 * stretches. Throws `unsupported` where there are none, or more than a reader accepts.
 */
export function* stretchesOf(
  memory: PhysicalMemory,
  plan: PagePlan,
  { summary, maxStretches }: StretchLimit,
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
        yield { kind: 'progress', doing: 'laying out memory', fraction: null };
      }
    }
    if (stretches.length >= maxStretches) {
      throw new VmcorekitError('unsupported', {
        what: `memory in more than ${maxStretches} pieces in ${summary}`,
        advice: 'write KDUMP instead',
      });
    }
  }
  if (stretches.length === 0) {
    throw new VmcorekitError('unsupported', {
      what: `${summary} without any memory`,
      advice: 'write KDUMP instead, which says what was left out',
    });
  }
  return stretches;
}
