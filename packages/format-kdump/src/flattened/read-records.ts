import { type ByteSource, type Damage, hex, type Progress, VmcorekitError } from '@vmcorekit/core';
import { Extents } from './extents.ts';
import { headerSizeInBytes, recordHeadSizeInBytes } from './layout.ts';
import { RecordEncoder } from './record-code.ts';
import { encodeSnapshot } from './snapshot.ts';

/**
 * Smaller records are read through, larger ones skipped: a read costs as much as so many bytes do.
 */
const usualCostInBytes = 64 * 1024;
const usualWindowInBytes = 256 * 1024;
const structure = 'flattened record';
/** No writer writes empty records, but a sparse file of zeros holds any number. */
const emptyRecordsInARow = 65_536;
/** Over a network so much is asked for ahead, for several connections to fetch it. */
const aheadInBytes = 16 * 1024 * 1024;
/** Takes some milliseconds. */
const recordsPerStep = 1024;

export interface ReadRecords {
  readonly records: Extents;
  readonly damage: readonly Damage[];
  /** The index to keep; undefined for a file that is incomplete or holds empty records. */
  readonly snapshot?: () => Uint8Array;
}

/**
 * The records of a flattened file in file order, without their bytes. What follows a cut or a
 * damaged record cannot be found. So reading stops there with damage, and earlier records stay.
 * Throws `truncated` or `malformed` where already the first one is bad, and `transfer-limit` for a
 * file on a server that is larger than what may be fetched.
 */
export function* readRecords(source: ByteSource): Generator<Progress, ReadRecords, void> {
  refuseTooLarge(source);
  const heads = new RecordHeads(source);
  const records = new Extents();
  const code = new RecordEncoder();
  let at = headerSizeInBytes;
  let empty = 0;
  let hasEmptyOnes = false;
  for (let read = 0; ; read++) {
    if (read % recordsPerStep === 0) {
      yield {
        kind: 'progress',
        doing: 'indexing a flattened file',
        fraction: at / source.sizeInBytes,
      };
    }
    if (!heads.read(at)) {
      return { records, damage: [cutOff(source, at, records)] };
    }
    if (heads.isEnd) {
      const snapshot = () => encodeSnapshot(code, source);
      return { records: records.trim(), damage: [], ...(hasEmptyOnes ? {} : { snapshot }) };
    }
    const { offset, size } = heads;
    if (!(offset >= 0 && size >= 0 && Number.isSafeInteger(offset + size))) {
      return { records, damage: [damaged(at, heads.exact, records)] };
    }
    empty = size === 0 ? empty + 1 : 0;
    hasEmptyOnes ||= size === 0;
    if (empty > emptyRecordsInARow) {
      return { records, damage: [damaged(at, heads.exact, records)] };
    }
    const dataAt = at + recordHeadSizeInBytes;
    const there = Math.min(size, source.sizeInBytes - dataAt);
    if (there > 0) {
      records.push(offset, offset + there, dataAt);
      code.push(offset, there);
    }
    if (there < size) {
      return { records, damage: [cutOff(source, at, records)] };
    }
    at = dataAt + size;
  }
}

/**
 * Reads record heads through a window: with small records, reading everything in order is quicker
 * than skipping.
 */
class RecordHeads {
  offset: number = 0;
  size: number = 0;
  isEnd: boolean = false;
  #parsedAt: number = 0;
  readonly #source: ByteSource;
  readonly #costInBytes: number;
  readonly #window: Uint8Array;
  readonly #view: DataView;
  #windowStart: number = 0;
  #windowEnd: number = 0;
  #announcedEnd: number = 0;

  constructor(source: ByteSource) {
    const { preferredReadInBytes } = source;
    this.#source = source;
    this.#costInBytes = preferredReadInBytes ?? usualCostInBytes;
    this.#window = new Uint8Array(
      Math.max(recordHeadSizeInBytes, preferredReadInBytes ?? usualWindowInBytes),
    );
    this.#view = new DataView(this.#window.buffer);
  }

  /** False where the file ends before the head does. */
  read(at: number): boolean {
    if (at + recordHeadSizeInBytes > this.#windowEnd || at < this.#windowStart) {
      const isNear = this.size < this.#costInBytes;
      this.#windowStart = at;
      if (isNear) {
        this.#announce(at);
      }
      const target = isNear ? this.#window : this.#window.subarray(0, recordHeadSizeInBytes);
      this.#windowEnd = this.#windowStart + this.#source.readInto(this.#windowStart, target);
      if (at + recordHeadSizeInBytes > this.#windowEnd) {
        return false;
      }
    }
    this.#parse(at - this.#windowStart);
    return true;
  }

  /** Both numbers as the file has them: those of `offset` and `size` are rounded from 2^53 on. */
  get exact(): { readonly offset: bigint; readonly size: bigint } {
    const at = this.#parsedAt;
    return { offset: this.#view.getBigInt64(at), size: this.#view.getBigInt64(at + 8) };
  }

  #announce(at: number): void {
    if (this.#source.transfer !== undefined && at + aheadInBytes / 2 > this.#announcedEnd) {
      const offset = Math.max(at, this.#announcedEnd);
      this.#announcedEnd = at + aheadInBytes;
      this.#source.willRead?.([{ offset, lengthInBytes: this.#announcedEnd - offset }]);
    }
  }

  #parse(at: number): void {
    this.#parsedAt = at;
    this.offset = this.#int64(at);
    this.size = this.#int64(at + 8);
    this.isEnd = this.offset === -1 && this.size === -1;
  }

  /** Exact up to 2^53, the largest accepted value; −1 stays −1. */
  #int64(at: number): number {
    return this.#view.getInt32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
  }
}

/** Throws `transfer-limit` before a file is fetched of which too much would be missing. */
function refuseTooLarge({ name, sizeInBytes, transfer }: ByteSource): void {
  const { bytesFetched = 0, leftInBytes = Infinity, limitInBytes = Infinity } = transfer ?? {};
  if (sizeInBytes - bytesFetched > leftInBytes) {
    throw new VmcorekitError('transfer-limit', {
      file: name,
      limitInBytes,
      advice:
        'a flattened file is fetched whole, unless its index lies beside it (vmcorekit index)',
    });
  }
}

function cutOff(source: ByteSource, at: number, records: Extents): Damage {
  const got = Math.max(0, source.sizeInBytes - at);
  if (records.length === 0) {
    const fileSize = source.sizeInBytes;
    throw new VmcorekitError('truncated', {
      structure,
      fileOffset: at,
      wanted: recordHeadSizeInBytes,
      got,
      fileSize,
    });
  }
  return {
    name: 'flattened-unfinished',
    loses: 'page',
    detail: `the flattened file ends inside the record at ${hex(at)}, without an end marker; ${whatIsLeft(records)}`,
    fileOffset: at,
  };
}

/**
 * What remains of the file: a dump begins with its header, but some writers of streams know it only
 * at the end.
 */
function whatIsLeft({ starts, length }: Extents): string {
  return starts.subarray(0, length).includes(0)
    ? 'what lies before is read'
    : "the dump's header, which such a stream may hold last, is missing";
}

function damaged(at: number, { offset, size }: RecordHeads['exact'], records: Extents): Damage {
  if (records.length === 0) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: at,
      field: 'offset and size',
      wanted: 'numbers from 0 to 2^53 - 1',
      got: `${offset}, ${size}`,
    });
  }
  return {
    name: 'flattened-damaged',
    loses: 'page',
    detail: `the flattened record at ${hex(at)} has offset ${offset} and size ${size}; ${whatIsLeft(records)}`,
    fileOffset: at,
  };
}
