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

/** A range of memory, and where its bytes lie in the file. */
export interface LimeRange extends PhysicalRange {
  readonly fileOffset: number;
  /** Up to the range's end, or up to the next header if that begins before. */
  readonly sizeInBytes: number;
}

export interface LimeRanges {
  readonly first: RangeHeader;
  /** As they follow each other in the file; they may overlap. */
  readonly ranges: readonly LimeRange[];
  readonly damage: readonly Damage[];
}

/**
 * Reads the headers of all ranges. Where none follows a range, the range may have ended early, as
 * after a write that failed: then it goes on at the next header in it. Throws `truncated`,
 * `malformed` or `unsupported` for a file that does not begin with a range.
 */
export function* readRanges(source: ByteSource): Generator<Progress, LimeRanges, void> {
  const first = firstHeader(source);
  const walk = new RangeWalk(source);
  let next: FoundHeader | undefined = { header: first, fileOffset: 0 };
  while (next !== undefined) {
    next = yield* walk.addRange(next);
    if (walk.ranges.length % rangesPerStep === 0) {
      const fraction = (next?.fileOffset ?? 0) / source.sizeInBytes;
      yield { kind: 'progress', doing: 'reading LiME headers', fraction };
    }
  }
  return { first, ranges: walk.ranges, damage: walk.damage };
}

class RangeWalk {
  readonly ranges: LimeRange[] = [];
  readonly damage: Damage[] = [];
  readonly #source: ByteSource;
  readonly #search: HeaderSearch;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#search = new HeaderSearch(source);
  }

  /** Adds the range of a header. Returns the header after it, or undefined at the end. */
  *addRange(at: FoundHeader): Generator<Progress, FoundHeader | undefined, void> {
    const { header } = at;
    const from = at.fileOffset + rangeHeaderSizeInBytes;
    const to = from + (header.end - header.start);
    const next = rangeHeaderAt(this.#source, to, header.byteOrder);
    if (next !== undefined || to === this.#source.sizeInBytes) {
      this.#push(header, from, to);
      return next && { header: next, fileOffset: to };
    }
    const inside = yield* this.#search.find(from, to, {
      byteOrder: header.byteOrder,
      step: writtenAtOnceInBytes,
      accepts: ({ start }) => start >= header.end,
    });
    if (inside.found !== undefined) {
      this.#push(header, from, inside.found.fileOffset);
      this.#reportEarlyEnd(header, to - inside.found.fileOffset, inside.found);
      return inside.found;
    }
    this.#push(header, from, to);
    this.#reportLimit(inside, Math.min(to, this.#source.sizeInBytes));
    return to < this.#source.sizeInBytes ? yield* this.#after(header, to) : undefined;
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
    const rest = yield* this.#search.find(from, sizeInBytes, {
      byteOrder: header.byteOrder,
      step: 1,
      // Memory may hold headers of other files, which lead nowhere here.
      accepts: (other, fileOffset) => other.start >= header.end && this.#leadsOn(other, fileOffset),
    });
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
    this.#reportLimit(rest, sizeInBytes);
    return rest.found;
  }

  #leadsOn({ byteOrder, start, end }: RangeHeader, fileOffset: number): boolean {
    const to = fileOffset + rangeHeaderSizeInBytes + (end - start);
    return (
      to === this.#source.sizeInBytes || rangeHeaderAt(this.#source, to, byteOrder) !== undefined
    );
  }

  #push({ start, end }: RangeHeader, fileOffset: number, to: number): void {
    if (this.ranges.length === maxRanges) {
      throw new VmcorekitError('malformed', {
        structure: 'LiME file',
        fileOffset,
        field: 'the number of ranges',
        wanted: `at most ${maxRanges}`,
        got: 'more',
      });
    }
    this.ranges.push({ start, end, fileOffset, sizeInBytes: to - fileOffset });
  }

  #reportEarlyEnd({ start, end }: RangeHeader, bytesMissing: number, found: FoundHeader): void {
    this.damage.push({
      name: 'range-ends-early',
      loses: 'page',
      detail: `the range from ${hex(start)} to ${hex(end - 1)} ends ${plural(bytesMissing, 'byte')} early, at ${hex(found.fileOffset)}, where the next header stands: a write failed while it was captured`,
      fileOffset: found.fileOffset,
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
