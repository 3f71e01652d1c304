import { StructView } from '@vmcorekit/core';
import {
  maxPackedBlockInBytes,
  maxPagesPerBlock,
  pageSizeInBytes,
  wordSizeInBytes,
} from './layout.ts';
import type { SwapPages } from './swap-pages.ts';

/** Lengths read in one search: those of 128 GiB of memory, or a few seconds. */
const maxLengthsRead: number = 2 ** 20;

/** The length before a block that begins at a page of the map; a number that none has as bigint. */
export function blockLengthAt(pages: SwapPages, at: number): number | bigint | undefined {
  const head = new Uint8Array(wordSizeInBytes);
  const fileOffset = pages.fileOffsetOf(at);
  if (fileOffset === undefined || pages.readInto(fileOffset, head) < head.length) {
    return undefined;
  }
  const length = new StructView(head, 'little', 'block', fileOffset).uint64(0);
  return length === 0n || length > BigInt(maxPackedBlockInBytes) ? length : Number(length);
}

/** How many pages a block of this length takes. */
export function pagesOfBlock(lengthInBytes: number): number {
  return Math.ceil((wordSizeInBytes + lengthInBytes) / pageSizeInBytes);
}

export interface FoundBlock {
  /** The page of the map where it begins. */
  readonly at: number;
  /** How many blocks before it are lost. */
  readonly lost: number;
}

/**
 * The next block after one whose length is overwritten. From a page that may begin it, each length
 * must lead to another block, and the last one to the end of the map. The number of these blocks
 * says how many come before, because the header says how many there are. `blocksLeft` counts the
 * blocks from the overwritten one on.
 */
export function nextBlock(
  pages: SwapPages,
  overwritten: number,
  blocksLeft: number,
): FoundBlock | undefined {
  let lengthsLeft = maxLengthsRead;
  for (let start = overwritten + 1; start < pages.pageCount && lengthsLeft > 0; start++) {
    let [at, count] = [start, 0];
    while (at < pages.pageCount && lengthsLeft-- > 0) {
      const length = blockLengthAt(pages, at);
      if (typeof length !== 'number') {
        break;
      }
      at += pagesOfBlock(length);
      count++;
    }
    const lost = blocksLeft - count;
    const skipped = start - overwritten;
    if (
      at === pages.pageCount &&
      lost > 0 &&
      lost <= skipped &&
      skipped <= lost * maxPagesPerBlock
    ) {
      return { at: start, lost };
    }
  }
  return undefined;
}
