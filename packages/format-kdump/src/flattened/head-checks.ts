import { type ByteSource, hex, VmcorekitError } from '@vmcorekit/core';
import type { Extents } from './extents.ts';
import { recordHead } from './flattened-sink.ts';
import { recordHeadSizeInBytes } from './layout.ts';

/** Each is a read of 16 bytes. */
const mostHidden = 4096;

/**
 * Compares record heads in the file with a kept index, each once, before its bytes are used. So an
 * index that was kept of another file is noticed.
 */
export class HeadChecks {
  readonly #file: ByteSource;
  /** In the order of the file. */
  readonly #records: Extents;
  readonly #checked: Uint8Array;
  readonly #head: Uint8Array = new Uint8Array(recordHeadSizeInBytes);

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
    const record = this.#recordAt(fileOffset);
    if (this.#checked[record] === 1) {
      return;
    }
    if (!this.#holds(record)) {
      const at = (this.#records.fileOffsets[record] ?? 0) - recordHeadSizeInBytes;
      throw new VmcorekitError('io', {
        file: this.#file.name,
        because: `has another record at ${hex(at)} than the index kept of it says; open it without that index`,
      });
    }
    this.#checked[record] = 1;
  }

  /**
   * Whether the records that later ones override match the index; no read would notice those. Also
   * false where there are so many that reading the file again is as quick.
   */
  areHiddenOnesRight(pieces: Extents): boolean {
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

  #holds(record: number): boolean {
    const { starts, ends, fileOffsets } = this.#records;
    const start = starts[record] ?? 0;
    const wanted = recordHead(start, (ends[record] ?? 0) - start);
    const got = this.#file.readInto((fileOffsets[record] ?? 0) - recordHeadSizeInBytes, this.#head);
    return (
      got === recordHeadSizeInBytes && wanted.every((byte, index) => byte === this.#head[index])
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
