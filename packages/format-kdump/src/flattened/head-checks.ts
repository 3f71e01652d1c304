import { type ByteSource, hex, VmcorekitError } from '@vmcorekit/core';
import type { Extents } from './extents.ts';
import { recordHead } from './flattened-sink.ts';
import { recordHeadSizeInBytes } from './layout.ts';
import type { FilePart } from './snapshot.ts';

/** Each is a read of 16 bytes. */
const mostHidden = 4096;
/**
 * Headers and notes come first in the contents, padded to blocks, and first or last in the file.
 * The heads there are compared when the index is opened. Other holes are not in what QEMU and
 * makedumpfile write: no search in 5 dumps of QEMU reads one.
 */
const headersEnd = 192 * 1024;

/**
 * Compares record heads in the file with a kept index, each once, before its bytes are used. So an
 * index of another file is noticed. Records follow each other directly, so the first one that a
 * false index invents lies where the file has another head.
 */
export class HeadChecks {
  readonly #file: ByteSource;
  /** In the order of the file. */
  readonly #records: Extents;
  readonly #checked: Uint8Array;
  readonly #head: Uint8Array = new Uint8Array(recordHeadSizeInBytes);
  #isAllChecked = false;

  constructor(file: ByteSource, records: Extents) {
    this.#file = file;
    this.#records = records;
    this.#checked = new Uint8Array(records.length);
  }

  /**
   * Throws `io` where the record whose bytes lie there has another head than the index says.
   * Nothing more can then be read through that index.
   */
  check(fileOffset: number): void {
    this.#check(this.#recordAt(fileOffset));
  }

  /**
   * The same for a part of the contents that no record covers, up to `end`. A false index may hide
   * the record that does, so all are compared, once.
   */
  checkHole(end: number): void {
    if (end <= headersEnd || this.#isAllChecked) {
      return;
    }
    for (let record = 0; record < this.#records.length; record++) {
      this.#check(record);
    }
    this.#isAllChecked = true;
  }

  /**
   * Whether the index seems to be of the file: by the records in these parts of it, by the one that
   * ends last, and by those that later ones override; no read would notice the latter.
   */
  fit(pieces: Extents, parts: readonly FilePart[]): boolean {
    const last = pieces.fileOffsets[pieces.length - 1];
    return (
      parts.every((part) => this.#holdsIn(part)) &&
      (last === undefined || this.#holds(this.#recordAt(last))) &&
      this.#areHiddenOnesRight(pieces)
    );
  }

  /**
   * Whether the records that later ones override match the index. Also false where there are so
   * many that reading the file again is as quick.
   */
  #areHiddenOnesRight(pieces: Extents): boolean {
    if (sizeOf(pieces) === sizeOf(this.#records)) {
      return true;
    }
    const isSeen = new Uint8Array(this.#records.length);
    for (let piece = 0; piece < pieces.length; piece++) {
      isSeen[this.#recordAt(pieces.fileOffsets[piece] ?? 0)] = 1;
    }
    const hidden = isSeen.reduce((count, seen) => count + 1 - seen, 0);
    return (
      hidden <= mostHidden && isSeen.every((seen, record) => seen === 1 || this.#holds(record))
    );
  }

  #check(record: number): void {
    if (this.#checked[record] === 1) {
      return;
    }
    if (!this.#holds(record)) {
      throw new VmcorekitError('io', {
        file: this.#file.name,
        because: `has another record at ${hex(this.#headOf(record))} than its index says: make a new one (vmcorekit index --force), or remove it`,
      });
    }
    this.#checked[record] = 1;
  }

  #holds(record: number): boolean {
    const got = this.#file.readInto(this.#headOf(record), this.#head);
    return got === recordHeadSizeInBytes && this.#is(record, this.#head);
  }

  /** The same for all records whose heads lie in a part of the file. */
  #holdsIn({ fileOffset, bytes }: FilePart): boolean {
    const end = fileOffset + bytes.length - recordHeadSizeInBytes;
    for (let record = this.#recordAt(fileOffset); record < this.#records.length; record++) {
      const at = this.#headOf(record);
      if (at > end) {
        break;
      }
      if (at >= fileOffset) {
        if (!this.#is(record, bytes.subarray(at - fileOffset))) {
          return false;
        }
        this.#checked[record] = 1;
      }
    }
    return true;
  }

  #headOf(record: number): number {
    return (this.#records.fileOffsets[record] ?? 0) - recordHeadSizeInBytes;
  }

  #is(record: number, head: Uint8Array): boolean {
    const { starts, ends } = this.#records;
    const start = starts[record] ?? 0;
    return recordHead(start, (ends[record] ?? 0) - start).every(
      (byte, index) => byte === head[index],
    );
  }

  /** The last record that begins at or before an offset of the file. */
  #recordAt(fileOffset: number): number {
    let low = 0;
    let high = this.#records.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#records.fileOffsets[middle] ?? 0) <= fileOffset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** The total size of pieces or records; both are equal where no record overrides another. */
function sizeOf({ starts, ends, length }: Extents): number {
  let sum = 0;
  for (let index = 0; index < length; index++) {
    sum += (ends[index] ?? 0) - (starts[index] ?? 0);
  }
  return sum;
}
