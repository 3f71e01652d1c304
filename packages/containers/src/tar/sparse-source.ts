import { type ByteSource, lowestIndex } from '@vmcorekit/core';
import type { SparseMap, SparseMember, SparseRun } from './sparse-map.ts';

/** A sparse file of an archive: what the archive has, and zeros in its holes. */
export class SparseSource implements ByteSource {
  readonly name: string;
  /** Up to the first byte that a cut archive has lost. */
  readonly sizeInBytes: number;
  readonly #file: ByteSource;
  readonly #runs: readonly SparseRun[];
  /** File offset of each run. */
  readonly #places: Float64Array;

  constructor(
    file: ByteSource,
    name: string,
    { runs, dataOffset }: SparseMap,
    member: SparseMember,
  ) {
    this.name = name;
    this.#file = file;
    this.#runs = runs;
    this.#places = new Float64Array(runs.length);
    let at = dataOffset;
    let sizeInBytes = member.sizeInBytes;
    for (const [index, { offset, lengthInBytes }] of runs.entries()) {
      this.#places[index] = at;
      at += lengthInBytes;
      if (at > file.sizeInBytes) {
        sizeInBytes = Math.min(
          sizeInBytes,
          offset + Math.max(0, file.sizeInBytes - at + lengthInBytes),
        );
      }
    }
    this.sizeInBytes = sizeInBytes;
  }

  readInto(offset: number, target: Uint8Array): number {
    const wanted = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    const end = offset + wanted;
    target.fill(0, 0, wanted);
    const first = lowestIndex(this.#runs.length, (index) => this.#endOf(index) <= offset);
    for (let index = first; index < this.#runs.length; index++) {
      const run = this.#runs[index];
      if (run === undefined || run.offset >= end) {
        break;
      }
      const from = Math.max(offset, run.offset);
      const to = Math.min(end, run.offset + run.lengthInBytes);
      const fileOffset = (this.#places[index] ?? 0) + from - run.offset;
      this.#file.readInto(fileOffset, target.subarray(from - offset, to - offset));
    }
    return wanted;
  }

  [Symbol.dispose](): void {}

  #endOf(index: number): number {
    const run = this.#runs[index];
    return run === undefined ? 0 : run.offset + run.lengthInBytes;
  }
}
