import { type ByteOrder, type ByteSource, isZero, type Progress } from '@vmcorekit/core';
import {
  type RangeHeader,
  rangeHeaderIn,
  rangeHeaderSizeInBytes,
  rangeKinds,
} from './range-header.ts';

/** A multiple of every step, so that each chunk begins at a place to look at. */
const chunkSizeInBytes: number = 1024 * 1024;
/** About two seconds of reading. A cut file of 64 GiB must not be read whole when it opens. */
const maxSearchedInBytes: number = 1024 * 1024 * 1024;

/** Which headers a search accepts. */
export interface Wanted {
  readonly byteOrder: ByteOrder;
  /** Looks only at multiples of this after the start of the search. */
  readonly step: number;
  readonly accepts: (header: RangeHeader, fileOffset: number) => boolean;
}

export interface FoundHeader {
  readonly header: RangeHeader;
  readonly fileOffset: number;
}

export interface SearchResult {
  readonly found: FoundHeader | undefined;
  /** Where it ended: before the end that was asked for, where it had read as much as it may. */
  readonly searchedTo: number;
  /** Whether anything but zeros was read. */
  readonly hasData: boolean;
}

/** Looks for headers where none should be, or where one should be and is not. */
export class HeaderSearch {
  readonly #source: ByteSource;
  /** Of all searches together. */
  #bytesLeft = maxSearchedInBytes;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Looks for the first header that begins in [from, to). */
  *find(from: number, to: number, wanted: Wanted): Generator<Progress, SearchResult, void> {
    const end = Math.min(to, this.#source.sizeInBytes, from + this.#bytesLeft);
    const buffer = new Uint8Array(chunkSizeInBytes + rangeHeaderSizeInBytes);
    let hasData = false;
    for (let at = from; at < end; at += chunkSizeInBytes) {
      const got = this.#source.readInto(at, buffer);
      const lengthInBytes = Math.min(got, chunkSizeInBytes, end - at);
      this.#bytesLeft -= lengthInBytes;
      hasData ||= !isZero(buffer.subarray(0, lengthInBytes));
      const found = firstIn(buffer.subarray(0, got), lengthInBytes, at, wanted);
      if (found !== undefined) {
        return { found, searchedTo: found.fileOffset, hasData };
      }
      const fraction = (at - from) / (end - from);
      yield { kind: 'progress', doing: 'looking for the next LiME header', fraction };
    }
    return { found: undefined, searchedTo: Math.max(from, end), hasData };
  }
}

function firstIn(
  bytes: Uint8Array,
  lengthInBytes: number,
  fileOffset: number,
  { byteOrder, step, accepts }: Wanted,
): FoundHeader | undefined {
  const [one = 0, other = one] = rangeKinds
    .filter((kind) => kind.byteOrder === byteOrder)
    .map(({ magic }) => magic.charCodeAt(0));
  for (let at = 0; at < lengthInBytes; at += step) {
    const isMagic = bytes[at] === one || bytes[at] === other;
    const header = isMagic ? rangeHeaderIn(bytes, at, byteOrder) : undefined;
    if (header !== undefined && accepts(header, fileOffset + at)) {
      return { header, fileOffset: fileOffset + at };
    }
  }
  return undefined;
}
