import {
  BlockIndex,
  BlockSource,
  type ByteSource,
  type Damage,
  type DecodeBlock,
  hex,
  type Progress,
  StructView,
} from '@vmcorekit/core';
import {
  maxPackedBlockInBytes,
  pageSizeInBytes,
  pagesPerBlock,
  wordSizeInBytes,
} from './layout.ts';
import type { SwapPages } from './swap-pages.ts';

const blocksPerStep = 4096;
/** The map lists the info page first; the stream follows. */
const pagesBeforeStream = 1;

/** A compression as the flags name it. */
export interface StreamCodec {
  readonly name: string;
  readonly decode: DecodeBlock;
}

/** A stretch of the stream's pages in `Stream.source`. */
export interface StreamStretch {
  readonly offset: number;
  readonly count: number;
}

/** The pages of page numbers, and those of data after them. */
export interface Stream {
  /** Holds pages as they are: the swap area, or what its blocks unpack to. */
  readonly source: ByteSource;
  readonly isPacked: boolean;
  /** Where a number of its pages lie; fewer where the file has lost the rest. */
  stretches(page: number, count: number): Iterable<StreamStretch>;
  readonly damage: readonly Damage[];
}

/** The stream of an image that is not compressed. */
export function plainStream(file: ByteSource, pages: SwapPages, pageCount: number): Stream {
  const pagesInFile = Math.floor(file.sizeInBytes / pageSizeInBytes);
  const firstLost = firstLostPage(pages, pagesBeforeStream, pageCount);
  return {
    source: file,
    isPacked: false,
    *stretches(page, count) {
      for (const stretch of pages.stretches(page + pagesBeforeStream, count)) {
        const left = pagesInFile - stretch.fileOffset / pageSizeInBytes;
        const inFile = Math.min(stretch.count, left);
        if (inFile > 0) {
          yield { offset: stretch.fileOffset, count: inFile };
        }
        if (inFile < stretch.count) {
          return;
        }
      }
    },
    damage: firstLost === undefined ? [] : [cutAt(firstLost, pageCount, file.sizeInBytes)],
  };
}

/** How many of these pages come before the first that the map or the file has lost. */
function firstLostPage(pages: SwapPages, from: number, pageCount: number): number | undefined {
  const pagesInFile = Math.floor(pages.fileSizeInBytes / pageSizeInBytes);
  let held = 0;
  for (const { fileOffset, count } of pages.stretches(from, pageCount)) {
    const inFile = Math.min(count, pagesInFile - fileOffset / pageSizeInBytes);
    held += Math.max(0, inFile);
    if (inFile < count) {
      return held;
    }
  }
  return held < pageCount ? held : undefined;
}

/**
 * Finds the blocks of a compressed image: each begins a page with its length. After a length that
 * no block has, no other can be found.
 */
export function* packedStream(
  pages: SwapPages,
  pageCount: number,
  codec: StreamCodec,
): Generator<Progress, Stream, void> {
  const index = new BlockIndex();
  const damage: Damage[] = [];
  const head = new Uint8Array(wordSizeInBytes);
  const view = new StructView(head, 'little', 'block');
  let at = pagesBeforeStream;
  for (let page = 0; page < pageCount; page += pagesPerBlock) {
    const fileOffset = pages.fileOffsetOf(at);
    if (fileOffset === undefined || pages.readInto(fileOffset, head) < head.length) {
      damage.push(cutAt(page, pageCount, fileOffset));
      break;
    }
    const length = view.uint64(0);
    if (length === 0n || length > BigInt(maxPackedBlockInBytes)) {
      damage.push(lostAt(page, pageCount, fileOffset, length));
      break;
    }
    const pagesTaken = Math.ceil((wordSizeInBytes + Number(length)) / pageSizeInBytes);
    if (firstLostPage(pages, at, pagesTaken) !== undefined) {
      damage.push(cutAt(page, pageCount, fileOffset));
      break;
    }
    const pagesHeld = Math.min(pagesPerBlock, pageCount - page);
    index.push(fileOffset + wordSizeInBytes, Number(length), pagesHeld * pageSizeInBytes);
    at += pagesTaken;
    if (index.count % blocksPerStep === 0) {
      yield {
        kind: 'progress',
        doing: 'finding the blocks of the image',
        fraction: page / pageCount,
      };
    }
  }
  const found = index.trim().unpackedSizeInBytes / pageSizeInBytes;
  return {
    source: new BlockSource(pages, {
      name: `${codec.name}(${pages.name})`,
      codec: codec.name,
      index,
      decode: codec.decode,
    }),
    isPacked: true,
    *stretches(page, count) {
      const inFile = Math.min(count, found - page);
      if (inFile > 0) {
        yield { offset: page * pageSizeInBytes, count: inFile };
      }
    },
    damage,
  };
}

function cutAt(page: number, pageCount: number, fileOffset: number | undefined): Damage {
  return {
    name: 'file-truncated',
    loses: 'page',
    detail: `the image has ${pageCount} pages, the file or its map ends before page ${page}`,
    ...(fileOffset === undefined ? {} : { fileOffset }),
  };
}

function lostAt(page: number, pageCount: number, fileOffset: number, length: bigint): Damage {
  return {
    name: 'block-length-bad',
    loses: 'page',
    detail: `the block of page ${page} of ${pageCount} says that it has ${hex(length)} bytes, at most ${hex(maxPackedBlockInBytes)} are possible: the pages from there on cannot be found`,
    fileOffset,
  };
}
