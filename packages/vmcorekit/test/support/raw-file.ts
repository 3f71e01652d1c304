import {
  type ByteSource,
  type PhysicalMemory,
  type PhysicalRange,
  readHeld,
} from '@vmcorekit/core';

/** Bytes that a raw file holds in place of the memory's, at an address. */
export interface RawPatch {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Smaller ranges are ROM and holes of a PC, of which files of RAM know nothing. */
const leastRange = 1024 * 1024;

/** Memory as a file without a header: its ranges of RAM one after the other. */
export class RawFile implements ByteSource {
  readonly name: string = 'memory.raw';
  readonly sizeInBytes: number;
  readonly #memory: PhysicalMemory;
  readonly #ranges: readonly PhysicalRange[];
  readonly #patches: readonly RawPatch[];

  constructor(
    memory: PhysicalMemory,
    patches: readonly RawPatch[] = [],
    ranges: readonly PhysicalRange[] = ramOf(memory),
  ) {
    this.#memory = memory;
    this.#ranges = ranges;
    this.#patches = patches;
    this.sizeInBytes = ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
  }

  readInto(offset: number, target: Uint8Array): number {
    let base = 0;
    let done = 0;
    for (const { start, end } of this.#ranges) {
      const from = offset + done - base;
      if (from < end - start && done < target.length) {
        const length = Math.min(target.length - done, end - start - from);
        this.#read(start + from, target.subarray(done, done + length));
        done += length;
      }
      base += end - start;
    }
    return done;
  }

  #read(address: number, target: Uint8Array): void {
    // What the dump lacks reads as zeros, as a file of RAM has it.
    readHeld(this.#memory, address, target);
    for (const patch of this.#patches) {
      const from = Math.max(address, patch.address);
      const to = Math.min(address + target.length, patch.address + patch.bytes.length);
      if (from < to) {
        target.set(patch.bytes.subarray(from - patch.address, to - patch.address), from - address);
      }
    }
  }

  [Symbol.dispose](): void {}
}

/** The ROM of a PC's firmware ends at 4 GiB. */
const romStart = 0xfffc_0000;
const romEnd = 2 ** 32;

/** Ranges with gaps of less than a MiB between them count as one. */
function ramOf({ ranges }: PhysicalMemory): PhysicalRange[] {
  const joined: { start: number; end: number }[] = [];
  for (const range of ranges) {
    const { end } = range;
    const start = range.start === romStart ? Math.min(romEnd, end) : range.start;
    const last = joined.at(-1);
    if (last !== undefined && start - last.end < leastRange) {
      last.end = end;
    } else {
      joined.push({ start, end });
    }
  }
  return joined.filter(({ start, end }) => end - start >= leastRange);
}
