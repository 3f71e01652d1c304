import {
  BlockIndex,
  BlockSource,
  type ByteSource,
  type Damage,
  type DecodeBlock,
  hex,
  type Progress,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';
import { blockLengthAt, nextBlock, pagesOfBlock } from './find-block.ts';
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
 * no block has, the next one is found by counting from the end, if the map is whole.
 */
export function* packedStream(
  pages: SwapPages,
  pageCount: number,
  codec: StreamCodec,
  isMapWhole: boolean,
): Generator<Progress, Stream, void> {
  const index = new BlockIndex();
  const damage: Damage[] = [];
  const blockCount = Math.ceil(pageCount / pagesPerBlock);
  const push = (fileOffset: number, lengthInBytes: number): void => {
    const pagesHeld = Math.min(pagesPerBlock, pageCount - index.count * pagesPerBlock);
    index.push(fileOffset + wordSizeInBytes, lengthInBytes, pagesHeld * pageSizeInBytes);
  };
  let at = pagesBeforeStream;
  while (index.count < blockCount) {
    const page = index.count * pagesPerBlock;
    const fileOffset = pages.fileOffsetOf(at);
    const length = blockLengthAt(pages, at);
    if (fileOffset === undefined || length === undefined) {
      damage.push(cutAt(page, pageCount, fileOffset));
      break;
    }
    if (typeof length === 'bigint') {
      const next = isMapWhole ? nextBlock(pages, at, blockCount - index.count) : undefined;
      damage.push(lengthBad(page, fileOffset, length, next?.lost));
      if (next === undefined) {
        break;
      }
      for (let lost = 0; lost < next.lost; lost++) {
        push(fileOffset, 0);
      }
      at = next.at;
      continue;
    }
    const pagesTaken = pagesOfBlock(length);
    if (firstLostPage(pages, at, pagesTaken) !== undefined) {
      damage.push(cutAt(page, pageCount, fileOffset));
      break;
    }
    push(fileOffset, length);
    at += pagesTaken;
    if (index.count % blocksPerStep === 0) {
      yield {
        kind: 'progress',
        doing: 'finding the blocks of the image',
        fraction: page / pageCount,
      };
    }
  }
  if (isMapWhole && index.count === blockCount && at !== pages.pageCount) {
    damage.push({
      name: 'blocks-disagree',
      loses: 'nothing',
      detail: `the blocks take ${at} pages of the map, which lists ${pages.pageCount}: a length is wrong, and pages may stand in others’ places`,
    });
  }
  const found = index.trim().unpackedSizeInBytes / pageSizeInBytes;
  return {
    source: new BlockSource(pages, {
      name: `${codec.name}(${pages.name})`,
      codec: codec.name,
      index,
      decode(packed, unpacked, block) {
        if (packed.length === 0) {
          throw new VmcorekitError('bad-data', {
            codec: codec.name,
            because: 'its length is overwritten',
          });
        }
        return codec.decode(packed, unpacked, block);
      },
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

function lengthBad(
  page: number,
  fileOffset: number,
  length: bigint,
  lost: number | undefined,
): Damage {
  const rest =
    lost === undefined
      ? 'the blocks from there on cannot be found'
      : `${plural(lost, 'block')} of ${pagesPerBlock} pages ${lost === 1 ? 'is' : 'are'} lost, and those after are found by counting from the end`;
  return {
    name: 'block-length-bad',
    loses: 'page',
    detail: `the block of page ${page} says that it has ${hex(length)} bytes, at most ${hex(maxPackedBlockInBytes)} are possible: ${rest}`,
    fileOffset,
  };
}
