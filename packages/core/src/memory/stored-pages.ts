import { isVmcorekitError, type VmcorekitError } from '../errors.ts';
import type { PhysicalMemory } from '../physical-memory.ts';
import type { Progress } from '../progress.ts';
import type { PageFrameNumber, PhysicalAddress } from '../spaces.ts';
import { pagesOf } from './pages-of.ts';

/**
 * A compressed page takes dozens of microseconds, so this many keep a step at a few milliseconds.
 */
const pagesPerStep = 64;

/** One stored page, or its part that lies in a range of memory. */
export interface StoredPage {
  readonly kind: 'page';
  readonly address: PhysicalAddress;
  readonly pfn: PageFrameNumber;
  /**
   * Valid until the next step, because the next page reuses its buffer. Reading other memory is
   * allowed.
   */
  readonly bytes: Uint8Array;
}

export interface StoredPagesOptions {
  /** Where to begin and to end (exclusive); default all of memory. */
  readonly from?: PhysicalAddress;
  readonly to?: PhysicalAddress;
  /** What the progress says; default `reading pages`. */
  readonly doing?: string;
  /** Called with each page that cannot be read. Left out, such pages are skipped. */
  readonly onUnreadable?: (pfn: PageFrameNumber, error: VmcorekitError<'page-unreadable'>) => void;
}

/**
 * Reads every stored page, ascending, and yields progress now and then. Skips zero pages, as
 * `storedRuns` does. Throws what reading throws, except `page-unreadable`.
 */
export function* storedPages(
  memory: PhysicalMemory,
  { from, to, doing = 'reading pages', onUnreadable }: StoredPagesOptions = {},
): Generator<StoredPage | Progress, void, void> {
  const { pageSizeInBytes } = memory;
  const buffer = new Uint8Array(pageSizeInBytes);
  const first = from ?? 0;
  const last = Math.min(memory.ranges.at(-1)?.end ?? 0, to ?? Infinity);
  let pages = 0;
  for (const { start, end } of pagesOf(memory.storedRuns(from, to), pageSizeInBytes)) {
    const bytes = buffer.subarray(0, end - start);
    const pfn = Math.floor(start / pageSizeInBytes);
    const error = failureOf(() => memory.readInto(start, bytes));
    if (error === undefined) {
      yield { kind: 'page', address: start, pfn, bytes };
    } else {
      onUnreadable?.(pfn, error);
    }
    if (++pages % pagesPerStep === 0) {
      yield { kind: 'progress', doing, fraction: Math.min(1, (end - first) / (last - first)) };
    }
  }
}

function failureOf(read: () => void): VmcorekitError<'page-unreadable'> | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return error;
    }
    throw error;
  }
}
