import { statSync } from 'node:fs';
import type {
  Dump,
  PhysicalMemory,
  PhysicalRange,
  Progress,
  ReadStatistics,
} from '@vmcorekit/core';
import { mergeTallies, type PageTally } from '@vmcorekit/engine';
import { runInThreads } from '@vmcorekit/node';

/** Threads take stretches one by one, because the time for each depends on what it stores. */
const stretchInBytes: number = 8 << 20;
/** A thread takes 300 ms to open the dump and warm up. One thread reads this much meanwhile. */
const usualWorthInBytes: number = 256 << 20;

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
  dump: Pick<Dump, 'files' | 'image'>,
  threadCount: number,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
  worthInBytes: number = usualWorthInBytes,
): Promise<TalliedStretch | null> {
  const tasks = [...stretchesOf(dump.image.memory)];
  if (threadCount < 2 || sizeOf(dump.files) < worthInBytes) {
    return null;
  }
  let done = 0;
  try {
    const tallied = await runInThreads<PhysicalRange, TalliedStretch>({
      workerUrl: new URL('./tally-worker.js', import.meta.url),
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

/** The size of all files; 0 if one is not a file, because a thread may not open it so cheaply. */
function sizeOf(files: readonly string[]): number {
  try {
    return files.reduce((sum, file) => sum + statSync(file).size, 0);
  } catch {
    return 0;
  }
}

/**
 * Split at multiples of a page, so that no page is in two pieces. A page that two ranges share goes
 * with the first.
 */
function* stretchesOf({
  ranges,
  pageSizeInBytes,
}: PhysicalMemory): Generator<PhysicalRange, void, void> {
  let pageEnd = 0;
  for (const range of ranges) {
    for (let start = Math.max(range.start, pageEnd); start < range.end; ) {
      const end = Math.min(range.end, start - (start % stretchInBytes) + stretchInBytes);
      yield { start, end };
      start = end;
    }
    pageEnd = Math.ceil(range.end / pageSizeInBytes) * pageSizeInBytes;
  }
}
