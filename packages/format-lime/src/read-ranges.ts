import {
  type ByteSource,
  type Damage,
  hex,
  type PhysicalRange,
  type Progress,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';
import { type FoundHeader, HeaderSearch, type SearchResult } from './header-search.ts';
import { PackedContents } from './packed-contents.ts';
import { beginsStream, followStream } from './packed-range.ts';
import {
  firstHeader,
  type RangeHeader,
  rangeHeaderAt,
  rangeHeaderSizeInBytes,
} from './range-header.ts';

/** LiME writes memory page by page. A write that fails ends a range after a whole page. */
const writtenAtOnceInBytes = 4096;
/** AVML writes one for each 16 MiB, so 16 TiB take as many. */
export const maxRanges: number = 1024 * 1024;
const rangesPerStep = 256;
/** How far before its place a header is looked for: an address of the range before it is wrong. */
const maxLookBackInBytes: number = 64 * 1024;
/** Of all looks back together. A terabyte of memory in blocks of 16 MiB has as many. */
const maxHeadersFollowed: number = 64 * 1024;

/** A range of memory, and where its bytes lie: in the file, or in its unpacked contents. */
export interface LimeRange extends PhysicalRange {
  readonly offset: number;
  /**
   * Up to the range's end, or up to the next header if that begins before; of a packed range, up to
   * where it can be followed.
   */
  readonly sizeInBytes: number;
}

export interface LimeRanges {
  readonly first: RangeHeader;
  /** As they follow each other in the file; they may overlap. */
  readonly ranges: readonly LimeRange[];
  /** Null of a file in which no range is packed: its bytes lie in the file. */
  readonly contents: PackedContents | null;
  readonly damage: readonly Damage[];
}

/**
 * Reads the headers of all ranges. Where none follows a range, the range may have ended early, as
 * after a write that failed: then it goes on at the next header in it. Where the next header stands
 * a little early, and no failed write explains it, the range is left out. Throws `truncated`,
 * `malformed` or `unsupported` for a file that does not begin with a range.
 */
export function* readRanges(source: ByteSource): Generator<Progress, LimeRanges, void> {
  const first = firstHeader(source);
  let walk = new RangeWalk(source, first.kind.isPacked ? new PackedContents() : null);
  if (!(yield* walk.addAll(first))) {
    walk = new RangeWalk(source, new PackedContents());
    yield* walk.addAll(first);
  }
  return { first, ranges: walk.ranges, contents: walk.contents, damage: walk.damage };
}

class RangeWalk {
  readonly ranges: LimeRange[] = [];
  readonly damage: Damage[] = [];
  readonly contents: PackedContents | null;
  readonly #source: ByteSource;
  readonly #search: HeaderSearch;
  #headersLeft = maxHeadersFollowed;

  constructor(source: ByteSource, contents: PackedContents | null) {
    this.#source = source;
    this.contents = contents;
    this.#search = new HeaderSearch(source);
  }

  /** Adds all ranges. Returns false where one is packed, and there are no contents to add it to. */
  *addAll(first: RangeHeader): Generator<Progress, boolean, void> {
    let next: FoundHeader | undefined = { header: first, fileOffset: 0 };
    while (next !== undefined) {
      if (next.header.kind.isPacked && this.contents === null) {
        return false;
      }
      next = yield* this.#addRange(next);
      if (this.ranges.length % rangesPerStep === 0) {
        const fraction = (next?.fileOffset ?? 0) / this.#source.sizeInBytes;
        yield { kind: 'progress', doing: 'reading LiME headers', fraction };
      }
    }
    return true;
  }

  /** Adds the range of a header. Returns the header after it, or undefined at the end. */
  *#addRange(at: FoundHeader): Generator<Progress, FoundHeader | undefined, void> {
    const { header } = at;
    const from = at.fileOffset + rangeHeaderSizeInBytes;
    if (header.kind.isPacked && this.contents !== null) {
      return yield* this.#addPacked(header, from, this.contents);
    }
    const to = from + (header.end - header.start);
    const next = this.#headerAt(header, to);
    if (next !== undefined || to === this.#source.sizeInBytes) {
      this.#push(header, from, to);
      return next;
    }
    const inside = yield* this.#search.find(from, to, {
      byteOrder: header.kind.byteOrder,
      step: writtenAtOnceInBytes,
      accepts: (other, fileOffset) =>
        other.start >= header.end && (!other.kind.isPacked || this.#leadsOn(other, fileOffset)),
    });
    if (inside.found !== undefined) {
      this.#push(header, from, inside.found.fileOffset);
      this.#reportEarlyEnd(header, to - inside.found.fileOffset, inside.found);
      return inside.found;
    }
    const early = inside.searchedTo < to ? undefined : yield* this.#before(header, from, to);
    if (early !== undefined) {
      this.#reportUnplaced(header, from, early);
      return early;
    }
    this.#push(header, from, to);
    this.#reportLimit(inside, Math.min(to, this.#source.sizeInBytes));
    return to < this.#source.sizeInBytes ? yield* this.#after(header, to) : undefined;
  }

  /**
   * The next header, a little before the end that an address of this range states. No failed write
   * ends there. Memory holds copies of headers, so it counts only if it leads to the file's end.
   */
  *#before(
    header: RangeHeader,
    from: number,
    to: number,
  ): Generator<Progress, FoundHeader | undefined, void> {
    const { found } = yield* this.#search.find(Math.max(from, to - maxLookBackInBytes), to, {
      byteOrder: header.kind.byteOrder,
      step: 1,
      accepts: (other, fileOffset) =>
        other.start >= header.end &&
        (fileOffset - from) % writtenAtOnceInBytes !== 0 &&
        this.#leadsToEnd({ header: other, fileOffset }),
    });
    return found;
  }

  *#addPacked(
    header: RangeHeader,
    from: number,
    contents: PackedContents,
  ): Generator<Progress, FoundHeader | undefined, void> {
    const { start, end } = header;
    const offset = contents.sizeInBytes;
    const { unpackedSizeInBytes, to, broken } = yield* followStream(
      this.#source,
      from,
      end - start,
      contents,
    );
    this.#add({ start, end, offset, sizeInBytes: unpackedSizeInBytes });
    if (broken === null) {
      const next = this.#headerAt(header, to);
      return next !== undefined || to === this.#source.sizeInBytes
        ? next
        : yield* this.#after(header, to);
    }
    this.damage.push({
      name: 'range-damaged',
      loses: 'page',
      detail: `the packed range from ${hex(start)} to ${hex(end - 1)} cannot be followed after ${hex(to)}: ${broken}; ${plural(end - start - unpackedSizeInBytes, 'byte')} of memory are lost`,
      fileOffset: to,
    });
    const rest = yield* this.#next(header, to);
    return rest.found;
  }

  /** Looks for a header among bytes that no range holds. */
  *#after(header: RangeHeader, from: number): Generator<Progress, FoundHeader | undefined, void> {
    const { sizeInBytes } = this.#source;
    if (sizeInBytes - from < rangeHeaderSizeInBytes) {
      this.damage.push({
        name: 'file-truncated',
        loses: 'memory',
        detail: `the file ends at ${hex(sizeInBytes)}, within the header of a range at ${hex(from)}`,
        fileOffset: from,
      });
      return undefined;
    }
    const rest = yield* this.#next(header, from);
    const to = rest.found?.fileOffset ?? sizeInBytes;
    // A device that was not cut after the capture ends in zeros.
    if (rest.hasData) {
      this.damage.push({
        name: 'memory-unplaced',
        loses: 'memory',
        detail: `${plural(to - from, 'byte')} at ${hex(from)}, after the range up to ${hex(header.end - 1)}, follow no LiME header`,
        fileOffset: from,
      });
    }
    return rest.found;
  }

  /** The next header at any offset. Memory may hold headers of other files, which lead nowhere. */
  *#next(header: RangeHeader, from: number): Generator<Progress, SearchResult, void> {
    const rest = yield* this.#search.find(from, this.#source.sizeInBytes, {
      byteOrder: header.kind.byteOrder,
      step: 1,
      accepts: (other, fileOffset) => other.start >= header.end && this.#leadsOn(other, fileOffset),
    });
    this.#reportLimit(rest, this.#source.sizeInBytes);
    return rest;
  }

  #headerAt({ kind }: RangeHeader, fileOffset: number): FoundHeader | undefined {
    const header = rangeHeaderAt(this.#source, fileOffset, kind.byteOrder);
    return header && { header, fileOffset };
  }

  #leadsOn(header: RangeHeader, fileOffset: number): boolean {
    const from = fileOffset + rangeHeaderSizeInBytes;
    const to = from + (header.end - header.start);
    return header.kind.isPacked
      ? beginsStream(this.#source, from)
      : to === this.#source.sizeInBytes || this.#headerAt(header, to) !== undefined;
  }

  /** Whether headers of ascending ranges follow each other from here to the end of the file. */
  #leadsToEnd(from: FoundHeader): boolean {
    let next: FoundHeader | undefined = from;
    while (next !== undefined && !next.header.kind.isPacked && this.#headersLeft-- > 0) {
      const { header, fileOffset }: FoundHeader = next;
      const to = fileOffset + rangeHeaderSizeInBytes + (header.end - header.start);
      if (to === this.#source.sizeInBytes) {
        return true;
      }
      const after: FoundHeader | undefined = this.#headerAt(header, to);
      next = after !== undefined && after.header.start >= header.end ? after : undefined;
    }
    return false;
  }

  /** Adds a range that the file holds as it is. */
  #push({ start, end }: RangeHeader, fileOffset: number, to: number): void {
    if (this.contents === null) {
      this.#add({ start, end, offset: fileOffset, sizeInBytes: to - fileOffset });
      return;
    }
    const { sizeInBytes: fileSize } = this.#source;
    const sizeInBytes = Math.max(0, Math.min(to, fileSize) - fileOffset);
    this.#add({ start, end, offset: this.contents.sizeInBytes, sizeInBytes });
    this.contents.addPlain(fileOffset, sizeInBytes);
    if (to > fileSize) {
      this.damage.push({
        name: 'file-truncated',
        loses: 'page',
        detail: `the file ends at ${hex(fileSize)}, its last range at ${hex(to)}: ${plural(to - fileSize, 'byte')} of memory are missing`,
        fileOffset: fileSize,
      });
    }
  }

  #add(range: LimeRange): void {
    if (this.ranges.length === maxRanges) {
      throw new VmcorekitError('malformed', {
        structure: 'LiME file',
        fileOffset: range.offset,
        field: 'the number of ranges',
        wanted: `at most ${maxRanges}`,
        got: 'more',
      });
    }
    this.ranges.push(range);
  }

  #reportEarlyEnd({ start, end }: RangeHeader, bytesMissing: number, found: FoundHeader): void {
    this.damage.push({
      name: 'range-ends-early',
      loses: 'page',
      detail: `the range from ${hex(start)} to ${hex(end - 1)} ends ${plural(bytesMissing, 'byte')} early, at ${hex(found.fileOffset)}, where the next header stands: a write failed while it was captured`,
      fileOffset: found.fileOffset,
    });
  }

  #reportUnplaced({ start, end }: RangeHeader, from: number, { fileOffset }: FoundHeader): void {
    this.damage.push({
      name: 'memory-unplaced',
      loses: 'memory',
      detail: `the header of the range from ${hex(start)} to ${hex(end - 1)} states ${plural(end - start, 'byte')}, but the next header stands at ${hex(fileOffset)}, after ${fileOffset - from}: one of its addresses is wrong, so these bytes at ${hex(from)} are left out`,
      fileOffset: from,
    });
  }

  #reportLimit({ found, searchedTo }: SearchResult, to: number): void {
    if (found === undefined && searchedTo < to) {
      this.damage.push({
        name: 'header-not-searched',
        loses: 'nothing',
        detail: `a header that may follow was looked for up to ${hex(searchedTo)} only, not up to ${hex(to)}`,
        fileOffset: searchedTo,
      });
    }
  }
}
