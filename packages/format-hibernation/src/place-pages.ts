import { type Damage, isVmcorekitError, type Progress, VmcorekitError } from '@vmcorekit/core';
import {
  PIECE_CORRUPT,
  PIECE_EXCLUDED,
  PIECE_STORED,
  PIECE_ZERO,
  Pieces,
} from '@vmcorekit/file-memory';
import type { InfoPage } from './info-page.ts';
import {
  blockSizeInBytes,
  endOfPageNumbers,
  pageSizeInBytes,
  wordSizeInBytes,
  zeroPageBit,
} from './layout.ts';
import type { Stream } from './read-stream.ts';

/** Runs of pages that are alike: a guest of 256 MB has 500. */
const maxPieces: number = 2 ** 21;
/** No machine has memory above 2^52. */
const maxPageFrame: number = 2 ** 40;
const bytesPerStep: number = 16 * blockSizeInBytes;
/** Where a PC has its devices and its firmware below 4 GiB: never RAM. */
const devices = { start: 0xfec00000, end: 2 ** 32 } as const;

/** Where each page of memory lies in the stream. */
export interface PlacedPages {
  readonly pieces: Pieces;
  readonly damage: readonly Damage[];
}

/**
 * Reads the list of page numbers. Pages that it leaves out are excluded where there is RAM: up to
 * the last page listed, or as many as the kernel counted. The gap that reaches up to 4 GiB is that
 * of the machine's devices, and absent. Throws `malformed` for a list of more runs than are kept.
 */
export function* placePages(
  stream: Stream,
  info: InfoPage,
): Generator<Progress, PlacedPages, void> {
  const places = new Places(stream, info);
  const size = info.metadataPages * pageSizeInBytes;
  const damage: Damage[] = [];
  let isAtEnd = false;
  let done = 0;
  while (!isAtEnd && done < size) {
    const numbers = readNumbers(stream, done, Math.min(blockSizeInBytes, size - done));
    if ('damage' in numbers) {
      damage.push(numbers.damage);
      break;
    }
    isAtEnd = places.take(numbers.bytes);
    done += numbers.bytes.length;
    if (done % bytesPerStep === 0) {
      yield { kind: 'progress', doing: 'reading the list of pages', fraction: done / size };
    }
  }
  const pieces = places.finish();
  const { listed, impossible } = places;
  if (damage.length === 0 && listed !== info.imagePages) {
    damage.push({
      name: 'pages-disagree',
      loses: 'nothing',
      detail: `the list has ${listed} pages with data, the header says ${info.imagePages}`,
      fileOffset: info.fileOffset,
    });
  }
  if (impossible > 0) {
    damage.push({
      name: 'page-number-bad',
      loses: 'memory',
      detail: `the list has ${impossible} page numbers that no machine has: these pages are left out`,
    });
  }
  return { pieces, damage };
}

function readNumbers(
  stream: Stream,
  from: number,
  lengthInBytes: number,
): { readonly bytes: Uint8Array } | { readonly damage: Damage } {
  const bytes = new Uint8Array(lengthInBytes);
  let because = 'the file has lost it';
  try {
    let done = 0;
    for (const { offset, count } of stream.stretches(
      from / pageSizeInBytes,
      lengthInBytes / pageSizeInBytes,
    )) {
      const part = bytes.subarray(done, done + count * pageSizeInBytes);
      done += stream.source.readInto(offset, part);
    }
    if (done === lengthInBytes) {
      return { bytes };
    }
  } catch (error) {
    if (!isVmcorekitError(error, 'bad-data') && !isVmcorekitError(error, 'truncated')) {
      throw error;
    }
    because = error.message;
  }
  return {
    damage: {
      name: 'page-list-lost',
      loses: 'memory',
      detail: `the list of pages cannot be read from byte ${from} on (${because}): the pages it names there are missing`,
    },
  };
}

/** Turns page numbers into runs of alike pages. */
class Places {
  /** Pages with data so far. */
  listed = 0;
  impossible = 0;
  readonly #stream: Stream;
  readonly #info: InfoPage;
  readonly #runs: Pieces = new Pieces();
  #isAscending = true;
  #start = 0;
  #count = 0;
  #isZero = false;

  constructor(stream: Stream, info: InfoPage) {
    this.#stream = stream;
    this.#info = info;
  }

  /** Takes a part of the list. True where the list ends in it. */
  take(bytes: Uint8Array): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += wordSizeInBytes) {
      const [low, high] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      if (high === endOfPageNumbers && low === endOfPageNumbers) {
        return true;
      }
      const isZero = high >= zeroPageBit;
      this.#add((isZero ? high - zeroPageBit : high) * 2 ** 32 + low, isZero);
    }
    return false;
  }

  /** The runs in order, and between them the memory that no number names. */
  finish(): Pieces {
    this.#flush();
    const { start, end, kind, fileOffset, count } = this.#runs;
    const all = new Pieces();
    const exclude = (from: number, to: number): void => {
      // The devices are no memory that the kernel left out.
      if (from < to && !(from < devices.end && to > devices.start)) {
        all.add(from, to, PIECE_EXCLUDED);
      }
    };
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    if (!this.#isAscending) {
      order.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0));
    }
    let at = 0;
    for (const index of order) {
      const [from = 0, to = 0] = [start[index], end[index]];
      exclude(at, from);
      all.add(from, to, kind[index] ?? PIECE_CORRUPT, fileOffset[index]);
      at = Math.max(at, to);
    }
    const ramEnd = this.#info.ramPages * pageSizeInBytes;
    exclude(at, at < devices.start ? Math.min(ramEnd, devices.start) : ramEnd);
    return all;
  }

  #add(pfn: number, isZero: boolean): void {
    const follows = pfn === this.#start + this.#count && isZero === this.#isZero;
    if (pfn >= maxPageFrame) {
      this.#flush();
      this.impossible++;
    } else if (follows && this.#count > 0) {
      this.#count++;
    } else {
      this.#flush();
      [this.#start, this.#count, this.#isZero] = [pfn, 1, isZero];
    }
    this.listed += isZero ? 0 : 1;
  }

  /** Adds the run that ends here; its data ends with that of the last page listed. */
  #flush(): void {
    const [start, end] = [this.#start, this.#start + this.#count].map(
      (pfn) => pfn * pageSizeInBytes,
    );
    if (start === undefined || end === undefined || start === end) {
      return;
    }
    this.#isAscending &&= start >= (this.#runs.end.at(-1) ?? 0);
    if (this.#runs.count >= maxPieces) {
      throw new VmcorekitError('malformed', {
        structure: 'list of pages',
        fileOffset: this.#info.fileOffset,
        field: 'the number of runs',
        wanted: `at most ${maxPieces}`,
        got: 'more',
      });
    }
    if (this.#isZero) {
      this.#runs.add(start, end, PIECE_ZERO);
    } else {
      this.#addStored(start, end);
    }
    this.#count = 0;
  }

  #addStored(start: number, end: number): void {
    const first = this.#info.metadataPages + this.listed - this.#count;
    let at = start;
    for (const { offset, count } of this.#stream.stretches(first, this.#count)) {
      const to = at + count * pageSizeInBytes;
      this.#runs.add(at, to, PIECE_STORED, offset);
      at = to;
    }
    if (at < end) {
      this.#runs.add(at, end, PIECE_CORRUPT);
    }
  }
}
