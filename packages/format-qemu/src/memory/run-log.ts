import { VmcorekitError } from '@vmcorekit/core';
import { sweep } from '@vmcorekit/file-memory';

/** Records of whole pages, each a header of 8 bytes and the page, one after the other. */
export const RUN_PAGES = 0;
/** Records of a header and one byte, which fills the page. */
export const RUN_FILLS = 1;
/** Records of a header, a length and a compressed page. */
export const RUN_ZLIB = 2;
/** Pages one after the other, without headers: mapped-ram. */
export const RUN_MAPPED = 3;
export type RunKind = typeof RUN_PAGES | typeof RUN_FILLS | typeof RUN_ZLIB | typeof RUN_MAPPED;

/**
 * A run takes 34 bytes. A stream of 5 GiB had 602 runs, a live one of 256 MiB 1,104. So many runs
 * are a file made to use memory up, or a machine of hundreds of GiB that never rested.
 */
const maxRuns: number = 2 ** 21;
/** Runs are resolved when the log has this many, and whenever it has doubled since. */
const firstResolution: number = 2 ** 18;
/** To find a record of a run of compressed pages, the lengths of those before it are read. */
const maxZlibRunInPages = 16;

/** Runs of pages in columns: ascending and disjoint. */
export interface Runs {
  readonly count: number;
  /** The first page; pages are counted over all blocks. */
  readonly start: Float64Array;
  /** Exclusive. */
  readonly end: Float64Array;
  /** The page of the run's first record. A part of a run may begin after it. */
  readonly recordPage: Float64Array;
  /** Where that record's data begins in the file. */
  readonly recordAt: Float64Array;
  readonly kind: Uint8Array;
  /** What fills the pages of `RUN_FILLS`. */
  readonly fill: Uint8Array;
}

/**
 * Collects the records of a stream in their order, joined to runs. Of several records of a page the
 * last one counts.
 */
export class RunLog {
  readonly #pageSizeInBytes: number;
  #columns: MutableRuns = emptyRuns(1024);
  #count = 0;
  #resolveAt = firstResolution;
  /** Where the next record's data would lie if it continued the last run. */
  #nextAt = -1;

  constructor(pageSizeInBytes: number) {
    this.#pageSizeInBytes = pageSizeInBytes;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Adds the records of `count` pages, the data of the first of which lies at `at`. */
  add(kind: RunKind, page: number, at: number, fill: number = 0, count: number = 1): void {
    const last = this.#count - 1;
    const runs = this.#columns;
    if (
      at === this.#nextAt &&
      runs.kind[last] === kind &&
      runs.fill[last] === fill &&
      runs.end[last] === page
    ) {
      runs.end[last] = page + count;
    } else {
      this.#append(kind, page, at, fill, count);
    }
    this.#nextAt = at + this.#stride(kind) * count;
  }

  /** A record of a compressed page, whose data (after its length) has `lengthInBytes`. */
  addCompressed(page: number, at: number, lengthInBytes: number): void {
    const last = this.#count - 1;
    const runs = this.#columns;
    const pages = page - (runs.recordPage[last] ?? 0);
    if (
      at === this.#nextAt &&
      runs.kind[last] === RUN_ZLIB &&
      runs.end[last] === page &&
      pages < maxZlibRunInPages
    ) {
      runs.end[last] = page + 1;
    } else {
      this.#append(RUN_ZLIB, page, at, 0, 1);
    }
    this.#nextAt = at + 4 + lengthInBytes + 8;
  }

  /** The next record continues no run: something else came between. */
  interrupt(): void {
    this.#nextAt = -1;
  }

  /** The runs of the last record of each page. */
  resolved(): Runs {
    this.#resolve();
    const { start, end, recordPage, recordAt, kind, fill } = this.#columns;
    const count = this.#count;
    return {
      count,
      start: start.slice(0, count),
      end: end.slice(0, count),
      recordPage: recordPage.slice(0, count),
      recordAt: recordAt.slice(0, count),
      kind: kind.slice(0, count),
      fill: fill.slice(0, count),
    };
  }

  #stride(kind: RunKind): number {
    return kind === RUN_FILLS
      ? 9
      : kind === RUN_MAPPED
        ? this.#pageSizeInBytes
        : this.#pageSizeInBytes + 8;
  }

  #append(kind: RunKind, page: number, at: number, fill: number, count: number): void {
    if (this.#count >= this.#resolveAt) {
      this.#resolve();
      if (this.#count > maxRuns) {
        throw new VmcorekitError('unsupported', {
          what: `the stream's pages lie in more than ${maxRuns} runs`,
          advice: 'stop the machine, and write the stream again',
        });
      }
      this.#resolveAt = Math.max(firstResolution, this.#count * 2);
    }
    if (this.#count === this.#columns.start.length) {
      this.#columns = grown(this.#columns);
    }
    setRun(this.#columns, this.#count++, {
      start: page,
      end: page + count,
      recordPage: page,
      recordAt: at,
      kind,
      fill,
    });
  }

  #resolve(): void {
    const runs = this.#columns;
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    order.sort((a, b) => (runs.start[a] ?? 0) - (runs.start[b] ?? 0));
    if (isAscending(runs, order)) {
      return;
    }
    const found = new RunSweep(runs, order).disjoint();
    this.#columns = found.runs;
    this.#count = found.count;
    this.#nextAt = -1;
  }
}

interface MutableRuns extends Omit<Runs, 'count'> {}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly recordPage: number;
  readonly recordAt: number;
  readonly kind: number;
  readonly fill: number;
}

/** Goes over overlapping runs in the order of their pages; the last in the stream wins. */
class RunSweep {
  readonly #runs: MutableRuns;
  readonly #order: Uint32Array;
  #found: MutableRuns;
  #count = 0;

  constructor(runs: MutableRuns, order: Uint32Array) {
    this.#runs = runs;
    this.#order = order;
    this.#found = emptyRuns(Math.max(1024, order.length));
  }

  disjoint(): { readonly runs: MutableRuns; readonly count: number } {
    sweep(
      this.#runs,
      this.#order,
      (index) => -index,
      (index, from, to) => this.#add(index, from, to),
    );
    return { runs: this.#found, count: this.#count };
  }

  #add(index: number, start: number, end: number): void {
    const { recordPage, recordAt, kind, fill } = this.#runs;
    const last = this.#count - 1;
    const found = this.#found;
    if (
      found.end[last] === start &&
      found.recordAt[last] === recordAt[index] &&
      found.recordPage[last] === recordPage[index]
    ) {
      found.end[last] = end;
      return;
    }
    if (this.#count === found.start.length) {
      this.#found = grown(found);
    }
    setRun(this.#found, this.#count++, {
      start,
      end,
      recordPage: recordPage[index] ?? 0,
      recordAt: recordAt[index] ?? 0,
      kind: kind[index] ?? 0,
      fill: fill[index] ?? 0,
    });
  }
}

function setRun(runs: MutableRuns, index: number, run: Run): void {
  runs.start[index] = run.start;
  runs.end[index] = run.end;
  runs.recordPage[index] = run.recordPage;
  runs.recordAt[index] = run.recordAt;
  runs.kind[index] = run.kind;
  runs.fill[index] = run.fill;
}

/** True where runs in this order, which is also that of the log, do not overlap. */
function isAscending(runs: MutableRuns, order: Uint32Array): boolean {
  return order.every(
    (index, position) =>
      index === position &&
      (position === 0 || (runs.end[position - 1] ?? 0) <= (runs.start[position] ?? 0)),
  );
}

function emptyRuns(length: number): MutableRuns {
  return {
    start: new Float64Array(length),
    end: new Float64Array(length),
    recordPage: new Float64Array(length),
    recordAt: new Float64Array(length),
    kind: new Uint8Array(length),
    fill: new Uint8Array(length),
  };
}

function grown(runs: MutableRuns): MutableRuns {
  const larger = emptyRuns(runs.start.length * 2);
  larger.start.set(runs.start);
  larger.end.set(runs.end);
  larger.recordPage.set(runs.recordPage);
  larger.recordAt.set(runs.recordAt);
  larger.kind.set(runs.kind);
  larger.fill.set(runs.fill);
  return larger;
}
