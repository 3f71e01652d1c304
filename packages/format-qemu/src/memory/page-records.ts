import {
  type ByteSource,
  type Compressor,
  lowestIndex,
  type PageState,
  VmcorekitError,
} from '@vmcorekit/core';
import type { DeltaLog } from './delta-log.ts';
import { RUN_FILLS, RUN_MAPPED, RUN_PAGES, RUN_ZLIB, type Runs } from './run-log.ts';
import { applyXbzrle } from './xbzrle.ts';

/** A page of a live migration changes some dozen times. */
const maxDeltasOfPage = 65_536;
/** The first word of a record: offset and flags. */
const recordHeadSizeInBytes = 8;

export interface PageRecordsOptions {
  readonly source: ByteSource;
  readonly pageSizeInBytes: number;
  readonly runs: Runs;
  readonly deltas: DeltaLog;
  /** Undefined where no codec is there: then compressed pages cannot be read. */
  readonly zlib: Compressor | undefined;
  /** Whether a page without a record was left out on purpose. Else it was lost. */
  readonly isComplete: boolean;
}

/** What a stream holds of each page. Pages are counted over all blocks. */
export class PageRecords {
  readonly #options: PageRecordsOptions;
  #lastRun = 0;

  constructor(options: PageRecordsOptions) {
    this.#options = options;
  }

  stateOf(page: number): Exclude<PageState, 'absent' | 'partial'> {
    const run = this.#runOf(page);
    if ((run >= 0 && !this.#isZero(run)) || this.#deltasOf(page).length > 0) {
      return 'stored';
    }
    return run >= 0 ? 'zero' : this.#options.isComplete ? 'excluded' : 'corrupt';
  }

  /** The place of the page's bytes, where the file holds them as they are. */
  offsetOf(page: number): number | undefined {
    const run = this.#runOf(page);
    return run >= 0 && this.#isPlain(run) && this.#deltasOf(page).length === 0
      ? this.#recordAt(run, page)
      : undefined;
  }

  /** Where the record lies that an error about the page should name. */
  placeOf(page: number): number | undefined {
    return this.#options.runs.recordAt[this.#runOf(page)];
  }

  /**
   * Fills the target with the page as its last whole record has it, changed by the XBZRLE records
   * that follow. Throws `bad-data` and `truncated`.
   */
  readInto(page: number, target: Uint8Array): void {
    const { source, runs } = this.#options;
    const run = this.#runOf(page);
    if (run < 0) {
      target.fill(0);
    } else if (this.#isPlain(run)) {
      readWhole(source, this.#recordAt(run, page), target);
    } else if (runs.kind[run] === RUN_ZLIB) {
      this.#inflate(run, page, target);
    } else {
      target.fill(runs.fill[run] ?? 0);
    }
    const deltas = this.#deltasOf(page);
    if (deltas.length > maxDeltasOfPage) {
      throw new VmcorekitError('bad-data', {
        codec: 'xbzrle',
        because: `${deltas.length} records change the page, more than ${maxDeltasOfPage}`,
      });
    }
    const length = new Uint8Array(2);
    for (const at of deltas) {
      readWhole(source, at, length);
      const delta = new Uint8Array(((length[0] ?? 0) << 8) | (length[1] ?? 0));
      readWhole(source, at + 2, delta);
      applyXbzrle(delta, target);
    }
  }

  /** The stored pages of [first, last), as runs. */
  *storedWithin(
    first: number,
    last: number,
  ): Generator<{ readonly start: number; readonly end: number }, void, void> {
    const { runs, deltas } = this.#options;
    let index = this.#firstRunAt(first);
    for (let at = first; at < last; index++) {
      const start = index < runs.count ? Math.max(at, runs.start[index] ?? last) : last;
      // Pages without a whole record, and those of zeros, may be changed by XBZRLE records.
      yield* single(deltas.pagesWithin(at, Math.min(start, last)));
      const end = Math.min(last, index < runs.count ? (runs.end[index] ?? last) : last);
      if (start < end && this.#isZero(index)) {
        yield* single(this.#changedWithin(start, end));
      } else if (start < end) {
        yield { start, end };
      }
      at = Math.max(start, end);
    }
  }

  *#changedWithin(start: number, end: number): Generator<number, void, void> {
    for (const page of this.#options.deltas.pagesWithin(start, end)) {
      if (this.#deltasOf(page).length > 0) {
        yield page;
      }
    }
  }

  #isZero(run: number): boolean {
    const { kind, fill } = this.#options.runs;
    return kind[run] === RUN_FILLS && fill[run] === 0;
  }

  #isPlain(run: number): boolean {
    const kind = this.#options.runs.kind[run];
    return kind === RUN_PAGES || kind === RUN_MAPPED;
  }

  #firstRunAt(page: number): number {
    const { runs } = this.#options;
    return lowestIndex(runs.count, (index) => (runs.end[index] ?? 0) <= page);
  }

  /** The run that holds a page, or -1. */
  #runOf(page: number): number {
    const { start, end, count } = this.#options.runs;
    const isIn = (run: number): boolean =>
      run < count && page >= (start[run] ?? Infinity) && page < (end[run] ?? 0);
    if (!isIn(this.#lastRun)) {
      this.#lastRun = this.#firstRunAt(page);
    }
    return isIn(this.#lastRun) ? this.#lastRun : -1;
  }

  #deltasOf(page: number): readonly number[] {
    const { deltas, runs } = this.#options;
    if (deltas.count === 0) {
      return [];
    }
    const run = this.#runOf(page);
    return deltas.of(page, run < 0 ? -1 : (runs.recordAt[run] ?? 0));
  }

  /** Where the data of a page of fixed records lies. */
  #recordAt(run: number, page: number): number {
    const { pageSizeInBytes } = this.#options;
    const { kind, recordPage, recordAt } = this.#options.runs;
    const stride =
      kind[run] === RUN_MAPPED ? pageSizeInBytes : pageSizeInBytes + recordHeadSizeInBytes;
    return (recordAt[run] ?? 0) + (page - (recordPage[run] ?? 0)) * stride;
  }

  /** Passes over the records of the run that come before the page's. */
  #inflate(run: number, page: number, target: Uint8Array): void {
    const { source, runs, zlib } = this.#options;
    let at = runs.recordAt[run] ?? 0;
    const head = new Uint8Array(4);
    let length = 0;
    for (let each = runs.recordPage[run] ?? page; ; each++) {
      readWhole(source, at, head);
      length = new DataView(head.buffer).getUint32(0);
      if (each === page) {
        break;
      }
      at += head.length + length + recordHeadSizeInBytes;
    }
    const packed = new Uint8Array(Math.min(length, 2 * target.length));
    readWhole(source, at + head.length, packed);
    const got = zlib?.decode(packed, target) ?? 0;
    if (got !== target.length) {
      throw new VmcorekitError('bad-data', {
        codec: 'zlib',
        because: `decoded to ${got} bytes, a page has ${target.length}`,
      });
    }
  }
}

function* single(
  pages: Iterable<number>,
): Generator<{ readonly start: number; readonly end: number }, void, void> {
  for (const start of pages) {
    yield { start, end: start + 1 };
  }
}

function readWhole(source: ByteSource, at: number, target: Uint8Array): void {
  const got = source.readInto(at, target);
  if (got < target.length) {
    throw new VmcorekitError('truncated', {
      structure: 'page',
      fileOffset: at,
      wanted: target.length,
      got,
    });
  }
}
