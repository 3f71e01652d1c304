import type { PhysicalRange } from '@vmcorekit/core';
import { type Extents, extentAt } from './extents.ts';
import { PIECE_STORED, PIECE_ZERO } from './piece.ts';

/**
 * Runs of pages that have bytes in the file, between `from` and `to`, ascending. Readable pages are
 * in them whole, with bytes that are known to be zero; of a page that is held only in part, what is
 * stored.
 */
export function* storedRuns(
  extents: Extents,
  pageSizeInBytes: number,
  from: number,
  to: number,
): Generator<PhysicalRange, void, void> {
  const firstPageAt = Math.floor(from / pageSizeInBytes) * pageSizeInBytes;
  let run: { start: number; end: number } | null = null;
  for (let index = extentAt(extents, firstPageAt); index < extents.count; index++) {
    const [start = 0, end = 0] = [extents.start[index], extents.end[index]];
    if (start >= to) {
      break;
    }
    if (extents.kind[index] !== PIECE_STORED) {
      continue;
    }
    const first = Math.floor(start / pageSizeInBytes);
    const last = Math.floor((end - 1) / pageSizeInBytes);
    const readable: PhysicalRange = {
      start: Math.max(
        from,
        isReadable(extents, first, pageSizeInBytes) ? first * pageSizeInBytes : start,
        run?.end ?? 0,
      ),
      end: Math.min(
        to,
        isReadable(extents, last, pageSizeInBytes) ? (last + 1) * pageSizeInBytes : end,
      ),
    };
    if (readable.start >= readable.end) {
      continue;
    }
    if (run !== null && run.end === readable.start) {
      run.end = readable.end;
      continue;
    }
    if (run !== null) {
      yield run;
    }
    run = { ...readable };
  }
  if (run !== null) {
    yield run;
  }
}

/** Whether every byte of the page is stored or known to be zero. */
function isReadable(extents: Extents, pfn: number, pageSizeInBytes: number): boolean {
  let at = pfn * pageSizeInBytes;
  const pageEnd = at + pageSizeInBytes;
  for (let index = extentAt(extents, at); at < pageEnd; index++) {
    const kind = extents.kind[index];
    if (
      !((extents.start[index] ?? Infinity) <= at) ||
      (kind !== PIECE_STORED && kind !== PIECE_ZERO)
    ) {
      return false;
    }
    at = extents.end[index] ?? at;
  }
  return true;
}
