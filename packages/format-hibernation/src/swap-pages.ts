import { type ByteSource, lowestIndex } from '@vmcorekit/core';
import { maxPackedBlockInBytes, pageSizeInBytes } from './layout.ts';

/** Stretches of an area's pages, in the order of the map: one page number after the other. */
export interface PageRun {
  /** How many pages the map lists before it. */
  readonly start: number;
  /** The first page's number, and how many follow each other. */
  readonly page: number;
  readonly count: number;
}

/**
 * The pages of a map, one after the other. An offset is that of the file. A read begins there and
 * goes on where the map does, so that what crosses pages is read as a whole. The caller owns the
 * file.
 */
export class SwapPages implements ByteSource {
  readonly name: string;
  /** More than the file has: a read that begins at its end may go on before it. */
  readonly sizeInBytes: number;
  readonly fileSizeInBytes: number;
  readonly #file: ByteSource;
  readonly #runs: readonly PageRun[];
  /** The runs' indices by their place in the file. */
  readonly #byPage: Uint32Array;

  constructor(file: ByteSource, runs: readonly PageRun[]) {
    this.name = file.name;
    this.sizeInBytes = file.sizeInBytes + maxPackedBlockInBytes;
    this.fileSizeInBytes = file.sizeInBytes;
    this.#file = file;
    this.#runs = runs;
    const pageOf = (index: number): number => runs[index]?.page ?? 0;
    this.#byPage = Uint32Array.from(runs.keys()).sort((a, b) => pageOf(a) - pageOf(b));
  }

  /** How many pages the map lists. */
  get pageCount(): number {
    const last = this.#runs.at(-1);
    return last === undefined ? 0 : last.start + last.count;
  }

  /** Where the n-th page of the map lies in the file; undefined where the map ends before it. */
  fileOffsetOf(index: number): number | undefined {
    const run = this.#runs[this.#runOf(index)];
    return run === undefined ? undefined : (run.page + index - run.start) * pageSizeInBytes;
  }

  /** Stretches of pages from the n-th on that lie one after the other in the file. */
  *stretches(
    index: number,
    count: number,
  ): Generator<{ readonly fileOffset: number; readonly count: number }, void, void> {
    let at = index;
    for (let each = this.#runOf(index); at < index + count; each++) {
      const run = this.#runs[each];
      if (run === undefined) {
        return;
      }
      const length = Math.min(index + count, run.start + run.count) - at;
      yield { fileOffset: (run.page + at - run.start) * pageSizeInBytes, count: length };
      at += length;
    }
  }

  readInto(offset: number, target: Uint8Array): number {
    const page = Math.floor(offset / pageSizeInBytes);
    const { length } = this.#byPage;
    const above = lowestIndex(length, (each) => (this.#runAt(each)?.page ?? 0) <= page);
    let index = this.#byPage[above - 1] ?? this.#runs.length;
    let at = offset;
    for (let done = 0; done < target.length; index++) {
      const run = this.#runs[index];
      const end = run === undefined ? 0 : (run.page + run.count) * pageSizeInBytes;
      const wanted = Math.min(target.length - done, end - at);
      if (run === undefined || wanted <= 0) {
        return done;
      }
      const got = this.#file.readInto(at, target.subarray(done, done + wanted));
      done += got;
      if (got < wanted) {
        return done;
      }
      at = (this.#runs[index + 1]?.page ?? 0) * pageSizeInBytes;
    }
    return target.length;
  }

  [Symbol.dispose](): void {}

  #runAt(position: number): PageRun | undefined {
    return this.#runs[this.#byPage[position] ?? this.#runs.length];
  }

  #runOf(index: number): number {
    return lowestIndex(this.#runs.length, (each) => {
      const run = this.#runs[each];
      return run !== undefined && run.start + run.count <= index;
    });
  }
}
