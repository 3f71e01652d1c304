import {
  BlockIndex,
  type ByteSource,
  type Damage,
  hex,
  isVmcorekitError,
  PfnSet,
  type Progress,
  plural,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { overlapsOf } from '@vmcorekit/file-memory';
import type { LkcdHeader } from './header.ts';

const structure = 'LKCD page header';
const pageHeaderInBytes = 16;
const flags = { raw: 1, compressed: 2, end: 4 } as const;
/** 64 GiB in pages of 4 KiB: 400 MiB of index. */
const maxPages: number = 1 << 24;
const maxRuns: number = 1 << 22;
const pagesPerStep = 4096;

/** Pages that follow each other in memory and in the dump. */
export interface PageRun {
  readonly start: number;
  end: number;
  /** Offset of the first in the contents. */
  readonly offset: number;
}

export interface LkcdPages {
  /** The data of each page; the contents are the pages in the order of the file. */
  readonly index: BlockIndex;
  readonly isRaw: PfnSet;
  readonly runs: readonly PageRun[];
  readonly damage: readonly Damage[];
}

/**
 * Follows the pages by their headers, up to the mark at the end. Damage ends the walk: nothing says
 * where the next page begins.
 */
export function* walkPages(
  file: ByteSource,
  header: LkcdHeader,
): Generator<Progress, LkcdPages, void> {
  const { pageInBytes } = header;
  const index = new BlockIndex();
  const isRaw = new PfnSet();
  const runs: PageRun[] = [];
  let fileOffset = header.firstPageAt;
  let damage: readonly Damage[] = [];
  try {
    for (;;) {
      const page = readPageHeader(file, fileOffset, header, runs.at(-1), index.count);
      if (page === undefined) {
        damage = endedEarly(header.pageCount, fileOffset, index.count);
        break;
      }
      checkCount(file.name, index.count, runs.length);
      const last = runs.at(-1);
      if (last?.end === page.address) {
        last.end += pageInBytes;
      } else {
        const offset = index.unpackedSizeInBytes;
        runs.push({ start: page.address, end: page.address + pageInBytes, offset });
      }
      if (page.isRaw) {
        isRaw.add(index.count);
      }
      index.push(fileOffset + pageHeaderInBytes, page.sizeInBytes, pageInBytes);
      fileOffset += pageHeaderInBytes + page.sizeInBytes;
      if (index.count % pagesPerStep === 0) {
        yield {
          kind: 'progress',
          doing: 'reading the page headers of an LKCD dump',
          fraction: fileOffset / file.sizeInBytes,
        };
      }
    }
  } catch (error) {
    if (!(isVmcorekitError(error, 'truncated') || isVmcorekitError(error, 'malformed'))) {
      throw error;
    }
    damage = [unfinished(error.message, fileOffset, index.count)];
  }
  return { index: index.trim(), isRaw, runs, damage: [...damage, ...overlapsOf(runs, 'page run')] };
}

/** The mark at the end of a dump with fewer pages than its header states is none. */
function endedEarly(stated: number, fileOffset: number, pages: number): Damage[] {
  const because = `the end of the dump stands at ${hex(fileOffset)}, but dh_num_pages is ${stated}`;
  return pages < stated ? [unfinished(because, fileOffset, pages)] : [];
}

function unfinished(because: string, fileOffset: number, pages: number): Damage {
  return {
    name: 'pages-unfinished',
    loses: 'memory',
    detail: `${because}; ${plural(pages, 'page')} before that are read, what follows is lost`,
    fileOffset,
  };
}

interface PageHeader {
  readonly address: number;
  readonly sizeInBytes: number;
  readonly isRaw: boolean;
}

/**
 * Undefined at the end: its mark, or what older writers leave in its place. These write the last
 * page again, which is a page as any other where the header states more pages than came before.
 */
function readPageHeader(
  file: ByteSource,
  fileOffset: number,
  { byteOrder, pageInBytes, pageCount }: LkcdHeader,
  last: PageRun | undefined,
  count: number,
): PageHeader | undefined {
  const bytes = readExactly(file, fileOffset, pageHeaderInBytes, structure);
  const view = new StructView(bytes, byteOrder, structure, fileOffset);
  const [address, size, pageFlags] = [view.uint64(0), view.uint32(8), view.uint32(12)];
  const isOldEnd = address === 0n && size === 4 && pageFlags === 0;
  const isLastAgain =
    count >= pageCount && last !== undefined && address === BigInt(last.end - pageInBytes);
  if ((pageFlags & flags.end) !== 0 || isOldEnd || isLastAgain) {
    return undefined;
  }
  const isRaw = pageFlags === flags.raw;
  const isKnown = isRaw || pageFlags === flags.compressed;
  const isWhole = address % BigInt(pageInBytes) === 0n && address < 2n ** 52n;
  // A raw page without bytes is zero. Source: crash, lkcd_common.c.
  const fits = isRaw ? size === pageInBytes || size === 0 : size > 0 && size <= pageInBytes;
  if (!isKnown || !isWhole || !fits) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'dp_address, dp_size and dp_flags',
      wanted: `a whole page, at most ${pageInBytes} bytes, raw (1) or compressed (2)`,
      got: `${hex(address)}, ${size}, ${hex(pageFlags)}`,
    });
  }
  const sizeInBytes = size;
  if (fileOffset + pageHeaderInBytes + sizeInBytes > file.sizeInBytes) {
    throw new VmcorekitError('truncated', {
      structure: 'LKCD page',
      fileOffset: fileOffset + pageHeaderInBytes,
      wanted: sizeInBytes,
      got: Math.max(0, file.sizeInBytes - fileOffset - pageHeaderInBytes),
      fileSize: file.sizeInBytes,
    });
  }
  return { address: Number(address), sizeInBytes, isRaw };
}

function checkCount(file: string, pages: number, runs: number): void {
  if (pages === maxPages || runs === maxRuns) {
    throw new VmcorekitError('unsupported', {
      what: `${file}, an LKCD dump of more than ${maxPages} pages or ${maxRuns} stretches of them`,
      advice: 'open it with crash, which still reads it: crash SYSTEM.MAP VMLINUX FILE',
    });
  }
}
