import { type ByteSource, lowestIndex } from '@vmcorekit/core';
import type { StateMap, StateRun } from './state-map.ts';

/** The state of a snapshot as one stretch of bytes. Leaves the disk's file open. */
export class StateSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly preferredReadInBytes: number | undefined;
  readonly #source: ByteSource;
  readonly #runs: readonly StateRun[];

  constructor(source: ByteSource, { runs, sizeInBytes }: StateMap, name: string) {
    this.name = name;
    this.sizeInBytes = sizeInBytes;
    this.preferredReadInBytes = source.preferredReadInBytes;
    this.#source = source;
    this.#runs = runs;
  }

  readInto(offset: number, target: Uint8Array): number {
    const length = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    const end = offset + length;
    const runs = this.#runs;
    let index = lowestIndex(runs.length, (each) => (runs[each]?.end ?? 0) <= offset);
    for (let at = offset; at < end; index++) {
      const run = runs[index];
      const from = Math.min(end, Math.max(at, run?.start ?? end));
      target.fill(0, at - offset, from - offset);
      const to = Math.min(end, run?.end ?? end);
      if (run !== undefined && from < to) {
        const got = this.#source.readInto(
          run.fileOffset + (from - run.start),
          target.subarray(from - offset, to - offset),
        );
        if (got < to - from) {
          return from - offset + got;
        }
      }
      at = Math.max(from, to);
    }
    return length;
  }

  [Symbol.dispose](): void {}
}
