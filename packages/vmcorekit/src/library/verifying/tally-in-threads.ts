import type {
  Dump,
  PhysicalMemory,
  PhysicalRange,
  Progress,
  ReadStatistics,
} from '@vmcorekit/core';
import { mergeTallies, type PageTally } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';
import { areThreadsWorth, usualWorthInBytes } from '../threads-worth.ts';

/** Threads take stretches one by one, because the time for each depends on what it stores. */
const stretchInBytes: number = 8 << 20;

/** A thread's count of a stretch of memory, and what it read for that. */
export interface TalliedStretch extends ReadStatistics {
  readonly tally: PageTally;
}

/**
 * Reads and counts all pages of a dump in so many threads. Null if that gains nothing or failed:
 * then the caller's thread must do it, and gets the error. The threads open the files with the
 * built-in plug-ins only.
 */
export async function tallyInThreads(
  dump: Pick<Dump, 'files' | 'containers' | 'image'>,
  threadCount: number,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
  worthInBytes: number = usualWorthInBytes,
  workerUrl: URL = new URL('./tally-worker.js', import.meta.url),
): Promise<TalliedStretch | null> {
  if (!areThreadsWorth(dump, threadCount, worthInBytes)) {
    return null;
  }
  const tasks = [...stretchesOf(dump.image.memory)];
  let done = 0;
  try {
    const tallied = await runInThreads<PhysicalRange, TalliedStretch>({
      workerUrl,
      workerData: dump.files,
      threadCount,
      tasks,
      onResult: () =>
        onProgress({ kind: 'progress', doing: 'reading pages', fraction: ++done / tasks.length }),
      signal,
    });
    return {
      tally: mergeTallies(tallied.map(({ tally }) => tally)),
      bytesRead: tallied.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
      pagesRead: tallied.reduce((sum, { pagesRead }) => sum + pagesRead, 0),
    };
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/**
 * Split at multiples of a page, so that no page is in two pieces. A page that two ranges share goes
 * with the first. Memory that the file has no bytes for is in one piece, with what follows it.
 */
export function* stretchesOf(memory: PhysicalMemory): Generator<PhysicalRange, void, void> {
  const { ranges, pageSizeInBytes } = memory;
  let pageEnd = 0;
  for (const range of ranges) {
    for (let start = Math.max(range.start, pageEnd); start < range.end; ) {
      const alike = memory.bytelessUntil?.(start) ?? start;
      const from = Math.max(start, alike - (alike % stretchInBytes));
      const end = Math.min(range.end, from - (from % stretchInBytes) + stretchInBytes);
      yield { start, end };
      start = end;
    }
    pageEnd = Math.ceil(range.end / pageSizeInBytes) * pageSizeInBytes;
  }
}
