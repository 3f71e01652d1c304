import {
  type BlockIndex,
  type ByteSource,
  isVmcorekitError,
  type Progress,
  readExactly,
} from '@vmcorekit/core';
import { stoppedAt } from '../contents.ts';
import { BoundedIndex, type PackedBlocks } from '../packed-blocks.ts';
import { decodeBlock } from './decode-block.ts';
import type { Lz4Walk } from './walk-frames.ts';

/** Blocks that are decoded to see whether a writer fills them: one of 64, and 16 at most. */
const maxSampled = 16;
const blocksForEach = 64;
/** Takes some milliseconds. */
const bytesPerStep = 4 << 20;

/**
 * How much each block holds, where no content size proves it. If the blocks are likely full, some
 * are decoded; all are if one of them is shorter, or if they may be of any length.
 */
export function* exactLengths(
  file: ByteSource,
  walk: Lz4Walk,
): Generator<Progress, PackedBlocks, void> {
  const { index } = walk;
  if (walk.areFull === 'unknown') {
    return yield* measured(file, walk);
  }
  const step = Math.max(blocksForEach, Math.ceil(index.count / maxSampled));
  for (let block = 0; block < index.count; block += step) {
    const sampled = smallestIn(index, block, Math.min(index.count, block + step));
    const length = lengthOf(file, index, sampled);
    if (typeof length === 'number' && length !== assumedLength(index, sampled)) {
      return yield* measured(file, walk);
    }
  }
  return walk;
}

/** Of these blocks, the one that is shortest in the file: a block that is not full is short. */
function smallestIn(index: BlockIndex, first: number, end: number): number {
  let smallest = first;
  for (let block = first + 1; block < end; block++) {
    if (index.packedLengthInBytes(block) < index.packedLengthInBytes(smallest)) {
      smallest = block;
    }
  }
  return smallest;
}

function* measured(file: ByteSource, walk: Lz4Walk): Generator<Progress, PackedBlocks, void> {
  const exact = new BoundedIndex('lz4');
  let sinceStep = 0;
  for (let block = 0; block < walk.index.count; block++) {
    const length = lengthOf(file, walk.index, block);
    const fileOffset = walk.index.packedOffset(block);
    if (typeof length !== 'number') {
      // Nothing says how much it holds, so no place after it is known.
      const total = exact.unpackedSizeInBytes;
      return { index: exact, damage: [stoppedAt('compressed-damaged', length, fileOffset, total)] };
    }
    exact.push(fileOffset, walk.index.packedLengthInBytes(block), length);
    sinceStep += length;
    if (sinceStep >= bytesPerStep) {
      sinceStep = 0;
      const fraction = fileOffset / file.sizeInBytes;
      yield { kind: 'progress', doing: 'measuring the blocks of an lz4-compressed file', fraction };
    }
  }
  return { index: exact.trim(), damage: walk.damage };
}

function assumedLength(index: BlockIndex, block: number): number {
  return index.unpackedEnd(block) - index.unpackedStart(block);
}

function lengthOf(file: ByteSource, index: BlockIndex, block: number) {
  const packed = readExactly(
    file,
    index.packedOffset(block),
    index.packedLengthInBytes(block),
    'lz4 block',
  );
  try {
    return decodeBlock(packed, new Uint8Array(assumedLength(index, block)));
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      return error;
    }
    throw error;
  }
}
