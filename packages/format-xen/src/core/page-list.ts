import {
  type ByteRange,
  type ByteSource,
  type Damage,
  hex,
  type Progress,
  readExactly,
  type TableFrames,
  uint64At,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileParts, type Pieces } from '@vmcorekit/file-memory';
import { FrameLog } from '../frames/frame-log.ts';
import { type Repeated, repeatedIn } from '../frames/repeated.ts';
import type { CoreFile } from './core-file.ts';
import { listDamage } from './list-damage.ts';

/** Divides by 8 and by 16. */
const chunkSizeInBytes: number = 64 * 1024;
/** Of a page that is not there: INVALID_P2M_ENTRY, all ones. */
const invalid = 2n ** 64n - 1n;
/** No machine has memory above 2^52. */
const endOfPages = 2n ** 40n;
/** Stretches of pages that follow each other. A guest of 128 MiB had one. */
const maxStretches: number = 2 ** 21;

/** Where each page of a core lies. */
export interface PlacedPages {
  readonly pieces: Pieces;
  /** Null where page tables hold the domain's own page numbers. */
  readonly frames: TableFrames | null;
  readonly damage: readonly Damage[];
}

/**
 * Reads the list of pages: `.xen_p2m`, entries of a page number and a machine frame, or `.xen_pfn`,
 * page numbers. Entry n is of page n of `.xen_pages`. Source: Xen, docs/misc/dump-core-format.txt.
 */
export function* placePages(
  source: ByteSource,
  core: CoreFile,
): Generator<Progress, PlacedPages, void> {
  const { pageList, pages, pageSizeInBytes, isParavirtual } = core;
  const entrySizeInBytes = isParavirtual ? 16 : 8;
  const listed = Math.floor(pageList.sizeInBytes / entrySizeInBytes);
  const held = Math.floor(pages.sizeInBytes / pageSizeInBytes);
  const inFile = Math.max(0, source.sizeInBytes - pageList.fileOffset);
  const present = Math.min(listed, Math.floor(inFile / entrySizeInBytes));
  const count = Math.min(present, held);
  const parts = new FileParts(source);
  const stretches = new Stretches(parts, pages.fileOffset, pageSizeInBytes);
  const frames = isParavirtual ? new FrameLog() : null;
  const damage: Damage[] = countDamage(core, listed, held);
  if (present < listed) {
    damage.push(listCut(source, core, present, listed));
  }
  let bad = 0;
  let firstBadAt = 0;
  let lostAt: number | null = null;
  let [unnamed, unnamedAtEnd] = [0, 0];
  for (let done = 0; done < count * entrySizeInBytes; done += chunkSizeInBytes) {
    const at = pageList.fileOffset + done;
    const length = Math.min(chunkSizeInBytes, count * entrySizeInBytes - done);
    const bytes = readExactly(source, at, length, 'the list of pages');
    const lost = [...(source.lostRanges?.(at, length) ?? [])];
    lostAt ??= lost[0]?.offset ?? null;
    for (let offset = 0; offset < length; offset += entrySizeInBytes) {
      if (lost.some((range) => overlaps(range, at + offset, entrySizeInBytes))) {
        continue;
      }
      const pfn = uint64At(bytes, offset, 'little');
      const gmfn = isParavirtual ? uint64At(bytes, offset + 8, 'little') : 0n;
      if (pfn === invalid || gmfn === invalid) {
        unnamed++;
        unnamedAtEnd++;
        continue;
      }
      unnamedAtEnd = 0;
      if (pfn >= endOfPages || gmfn >= endOfPages) {
        firstBadAt = bad++ === 0 ? at + offset : firstBadAt;
        continue;
      }
      stretches.add(Number(pfn), (done + offset) / entrySizeInBytes);
      frames?.add(Number(pfn), Number(gmfn));
    }
    yield {
      kind: 'progress',
      doing: 'reading the list of pages',
      fraction: done / (count * entrySizeInBytes),
    };
  }
  stretches.finish();
  if (lostAt !== null) {
    damage.push({
      name: 'page-list-lost',
      loses: 'memory',
      detail: `the file has lost a part of the list of pages, from ${hex(lostAt)} on: the pages it names there are missing`,
      fileOffset: lostAt,
    });
  }
  if (bad > 0) {
    damage.push({
      name: 'page-number-bad',
      loses: 'memory',
      detail: `the list has ${bad} page numbers that no machine has, the first at ${hex(firstBadAt)}: these pages are left out`,
      fileOffset: firstBadAt,
    });
  }
  const counts = {
    entries: count,
    unnamed,
    unnamedAtEnd,
    repeatedPages: repeatedPages(parts.pieces, pageSizeInBytes),
    repeatedFrames: frames?.repeated() ?? null,
  };
  damage.push(...listDamage(source, core, counts));
  return {
    pieces: parts.pieces,
    frames: frames?.tableFrames() ?? null,
    damage: [...damage, ...parts.damage('pages')],
  };
}

function repeatedPages({ start, end }: Pieces, pageSizeInBytes: number): Repeated | null {
  const repeated = repeatedIn(start, (piece) => end[piece] ?? 0);
  return (
    repeated && {
      count: Math.ceil(repeated.count / pageSizeInBytes),
      first: Math.floor(repeated.first / pageSizeInBytes),
    }
  );
}

function overlaps({ offset, lengthInBytes }: ByteRange, at: number, size: number): boolean {
  return offset < at + size && at < offset + lengthInBytes;
}

/** Without its entry, a page has no address: the format has no rule for the order of pages. */
function listCut(
  { sizeInBytes }: ByteSource,
  { pages, pageList, pageSizeInBytes }: CoreFile,
  present: number,
  listed: number,
): Damage {
  const inFile = Math.min(pages.sizeInBytes, Math.max(0, sizeInBytes - pages.fileOffset));
  const held = Math.floor(inFile / pageSizeInBytes);
  const at = pageList.fileOffset;
  const what =
    present === 0
      ? `none of the ${held} pages before that has an address`
      : `${listed - present} of ${held} pages have no address`;
  return {
    name: 'page-list-cut',
    loses: 'memory',
    detail: `the file ends at ${hex(sizeInBytes)}, and the list of pages lies from ${hex(at)} to ${hex(at + pageList.sizeInBytes)}: ${what}, because Xen's format has no rule for their order`,
    fileOffset: sizeInBytes,
  };
}

function countDamage({ pageCount, pageList }: CoreFile, listed: number, held: number): Damage[] {
  return listed === pageCount && held === pageCount
    ? []
    : [
        {
          name: 'pages-disagree',
          loses: listed === held && pageCount < held ? 'nothing' : 'memory',
          detail: `the list has ${listed} pages, .xen_pages has room for ${held}, the header says ${pageCount}`,
          fileOffset: pageList.fileOffset,
        },
      ];
}

/** Joins pages that follow each other, in memory and in the file. */
class Stretches {
  readonly #parts: FileParts;
  readonly #fileOffset: number;
  readonly #size: number;
  #page = 0;
  #index = 0;
  #length = 0;

  constructor(parts: FileParts, fileOffset: number, pageSizeInBytes: number) {
    this.#parts = parts;
    this.#fileOffset = fileOffset;
    this.#size = pageSizeInBytes;
  }

  add(page: number, index: number): void {
    if (page === this.#page + this.#length && index === this.#index + this.#length) {
      this.#length++;
      return;
    }
    this.finish();
    this.#page = page;
    this.#index = index;
    this.#length = 1;
  }

  finish(): void {
    if (this.#length === 0) {
      return;
    }
    if (this.#parts.pieces.count >= maxStretches) {
      throw new VmcorekitError('unsupported', {
        what: `the domain's pages lie in more than ${maxStretches} stretches`,
        advice: 'save the domain with xl save, which lists pages in order',
      });
    }
    const at = this.#fileOffset + this.#index * this.#size;
    this.#parts.add(this.#page * this.#size, this.#length * this.#size, at);
    this.#length = 0;
  }
}
