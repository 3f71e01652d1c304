import type { MappedRun } from '@vmcorekit/core';

const pageSizeInBytes = 0x1000;
/** The most runs of a listing whose caller gives no limit. */
export const maxRuns = 65_536;

/** A run in page numbers. */
interface Span {
  page: number;
  physicalAddress: number;
  pages: number;
  isWritable: boolean;
  isExecutable: boolean;
}

/**
 * Makes runs of the mappings that a walk meets in ascending order. Counts virtual memory in 4 KiB
 * pages: 52 bits, exact in a number, so a walk needs no BigInt. An object is made only for each
 * finished run.
 */
export class RunMerger {
  readonly from: number;
  readonly to: number;
  /** Runs that are complete. */
  readonly done: MappedRun[] = [];
  /** The run that may still grow. */
  #run: Span | undefined;

  /** Keeps the part of each mapping that lies in [from, to). */
  constructor(from: bigint, to: bigint) {
    this.from = Number(from >> 12n);
    this.to = Number((to + 0xfffn) >> 12n);
  }

  add(
    mappedPage: number,
    mappedPages: number,
    mappedPhysicalAddress: number,
    isWritable: boolean,
    isExecutable: boolean,
  ): void {
    const cutBefore = Math.max(0, this.from - mappedPage);
    const page = mappedPage + cutBefore;
    const pages = mappedPages - cutBefore - Math.max(0, mappedPage + mappedPages - this.to);
    const physicalAddress = mappedPhysicalAddress + cutBefore * pageSizeInBytes;
    const run = this.#run;
    if (
      run !== undefined &&
      run.page + run.pages === page &&
      run.physicalAddress + run.pages * pageSizeInBytes === physicalAddress &&
      run.isWritable === isWritable &&
      run.isExecutable === isExecutable
    ) {
      run.pages += pages;
      return;
    }
    this.finish();
    this.#run = { page, physicalAddress, pages, isWritable, isExecutable };
  }

  /** Completes the last run. */
  finish(): void {
    if (this.#run !== undefined) {
      this.done.push(toRun(this.#run));
      this.#run = undefined;
    }
  }
}

/**
 * At most `limit` runs of a walk that adds its mappings to `runs` in ascending order, and yields
 * `runs.done` as it goes. Completes the last run where the walk ends.
 */
export function* runsOf(
  runs: RunMerger,
  walk: Generator<MappedRun, unknown, void>,
  limit: number = maxRuns,
): Generator<MappedRun, void, void> {
  if (limit <= 0) {
    return;
  }
  let left = limit;
  for (const run of finished(runs, walk)) {
    yield run;
    if (--left === 0) {
      return;
    }
  }
}

function* finished(
  runs: RunMerger,
  walk: Generator<MappedRun, unknown, void>,
): Generator<MappedRun, void, void> {
  yield* walk;
  runs.finish();
  yield* runs.done.splice(0);
}

function toRun(span: Span): MappedRun {
  return {
    virtualAddress: BigInt(span.page) << 12n,
    physicalAddress: span.physicalAddress,
    lengthInBytes: span.pages * pageSizeInBytes,
    isWritable: span.isWritable,
    isExecutable: span.isExecutable,
  };
}

/**
 * How many entries of a table from `index` on continue each other: the same rights, the next
 * address. `leafBits` are those of the low word that count. Most kernel entries continue each
 * other. This loop is cheap even before it is compiled, which is when a kernel search walks.
 */
export function likeLeaves(
  words: Uint32Array,
  index: number,
  wide: boolean,
  sizeInBytes: number,
  leafBits: number,
): number {
  const step = wide ? 2 : 1;
  const low = (words[index * step] ?? 0) & leafBits;
  const high = wide ? words[index * step + 1] : 0;
  // Where an address crosses 4 GiB the low word wraps, so a stretch ends there.
  const most = Math.min(
    words.length / step - index,
    Math.ceil((0x1_0000_0000 - (low >>> 0)) / sizeInBytes),
  );
  let count = 1;
  for (let at = (index + 1) * step; count < most; at += step, count++) {
    if (
      ((words[at] ?? 0) & leafBits) !== ((low + count * sizeInBytes) | 0) ||
      (wide && words[at + 1] !== high)
    ) {
      break;
    }
  }
  return count;
}
