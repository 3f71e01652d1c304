import {
  type ByteSource,
  type Damage,
  hex,
  isVmcorekitError,
  type Progress,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';
import { maxStatedDigests, stoppedAt } from '../contents.ts';
import { BoundedIndex, blocksPerStep, type PackedBlocks, wordAt } from '../packed-blocks.ts';
import { SkippableRun } from '../skippable-frames.ts';
import { decodeBlock } from './decode-block.ts';
import {
  blockHeadInBytes,
  checksumInBytes,
  isStored,
  type Lz4Frame,
  legacyFrame,
  magic,
  readFrame,
} from './frame.ts';

/** A block, or a frame's end. */
export interface Lz4Step {
  readonly frame: Lz4Frame;
  /** File offset of its head. */
  readonly fileOffset: number;
  /** With its head and checksum; 0 at a frame's end. */
  readonly packedInBytes: number;
  /** The most that it can hold. A stored block holds just that. */
  readonly mostUnpackedInBytes: number;
}

export interface Lz4Walk extends PackedBlocks {
  /** The frames with a checksum of their contents, as far as they are listed. */
  readonly summed: readonly SummedBlocks[];
  /** Whether blocks refer to what others hold, so that none can be decoded alone. */
  readonly isLinked: boolean;
  /**
   * Whether each block but the last of its frame holds as much as it may. `proved`: the content
   * size says so. `likely`: the frames are as the lz4 program writes them, and no block is too
   * short.
   */
  readonly areFull: 'proved' | 'likely' | 'unknown';
}

/** The blocks of a frame that ends with a checksum of what they hold. */
export interface SummedBlocks {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** File offset of the checksum. */
  readonly checksumAt: number;
}

/** A byte of a compressed block adds 255 bytes at most. Source: LZ4 Block Format Description. */
const mostRatio = 255;

/**
 * Goes through the heads of all blocks. Throws `truncated` and `malformed` where the file ends or
 * is damaged; what was yielded before stays.
 */
export function* blocksOf(file: ByteSource): Generator<Lz4Step, void, void> {
  const skippable = new SkippableRun(file);
  for (let at = 0; at < file.sizeInBytes; ) {
    const next = skippable.endAt(at);
    if (next !== undefined) {
      at = next;
      yield { frame: legacyFrame(at), fileOffset: at, packedInBytes: 0, mostUnpackedInBytes: 0 };
      continue;
    }
    const word = wordAt(file, at, true) ?? 0;
    if (word !== magic.frame && word !== magic.legacy) {
      throw new VmcorekitError('malformed', {
        structure: 'lz4 frame',
        fileOffset: at,
        field: 'magic number',
        wanted: hex(magic.frame),
        got: word,
      });
    }
    at = yield* blocksOfFrame(file, word === magic.legacy ? legacyFrame(at) : readFrame(file, at));
  }
}

function* blocksOfFrame(file: ByteSource, frame: Lz4Frame): Generator<Lz4Step, number, void> {
  let at = frame.blocksAt;
  for (;;) {
    const head = wordAt(file, at, true);
    if (head === undefined && !(frame.isLegacy && at === file.sizeInBytes)) {
      const got = file.sizeInBytes - at;
      throw new VmcorekitError('truncated', {
        structure: 'lz4 block',
        fileOffset: at,
        wanted: blockHeadInBytes,
        got,
        fileSize: file.sizeInBytes,
      });
    }
    if (head === undefined || (frame.isLegacy ? isMagic(head) : head === 0)) {
      yield { frame, fileOffset: at, packedInBytes: 0, mostUnpackedInBytes: 0 };
      const tail = blockHeadInBytes + (frame.hasContentChecksum ? checksumInBytes : 0);
      return frame.isLegacy ? at : at + tail;
    }
    const length = frame.isLegacy ? head : head & ~isStored;
    // A legacy block that does not shrink grows by one byte in 255.
    const limit = frame.maxBlockInBytes + (frame.isLegacy ? frame.maxBlockInBytes / 255 + 16 : 0);
    // The word 0 ends the blocks of a frame. A legacy frame has no such end.
    if (length > limit || head === 0) {
      throw new VmcorekitError('malformed', {
        structure: 'lz4 block',
        fileOffset: at,
        field: 'length',
        wanted: `from ${frame.isLegacy ? 1 : 0} to ${Math.floor(limit)}`,
        got: length,
      });
    }
    const packedInBytes =
      blockHeadInBytes + length + (frame.hasBlockChecksums ? checksumInBytes : 0);
    if (at + packedInBytes > file.sizeInBytes) {
      throw new VmcorekitError('truncated', {
        structure: 'lz4 block',
        fileOffset: at,
        wanted: packedInBytes,
        got: file.sizeInBytes - at,
        fileSize: file.sizeInBytes,
      });
    }
    const isPlain = !frame.isLegacy && (head & isStored) !== 0;
    const mostUnpackedInBytes = isPlain ? length : mostRatio * length;
    yield { frame, fileOffset: at, packedInBytes, mostUnpackedInBytes };
    at += packedInBytes;
  }
}

/** A legacy frame ends where another begins. */
function isMagic(word: number): boolean {
  return (
    word === magic.frame ||
    word === magic.legacy ||
    (word & magic.skippableMask) >>> 0 === magic.skippable
  );
}

/**
 * Indexes the blocks by their heads, and decodes only the last one of each frame, to know how much
 * it holds. Throws where the first block cannot be found.
 */
export function* walkFrames(file: ByteSource): Generator<Progress, Lz4Walk, void> {
  const index = new BoundedIndex('lz4');
  let isLinked = false;
  let isProved = true;
  let isLikely = true;
  let pending: Lz4Step | undefined;
  let frameStart = 0;
  let firstOfFrame = 0;
  const summed: SummedBlocks[] = [];
  let steps = 0;
  const add = (step: Lz4Step, isLast: boolean): void => {
    const { fileOffset, packedInBytes, frame } = step;
    const length = isLast ? unpackedLength(file, step) : frame.maxBlockInBytes;
    index.push(fileOffset, packedInBytes, length);
  };
  const result = (damage: readonly Damage[]): Lz4Walk => ({
    index: index.trim(),
    damage,
    summed,
    isLinked,
    areFull: isProved ? 'proved' : isLikely ? 'likely' : 'unknown',
  });
  try {
    for (const step of blocksOf(file)) {
      const isEnd = step.packedInBytes === 0;
      if (pending !== undefined) {
        add(pending, isEnd);
        isProved &&= isEnd || step.frame.contentSizeInBytes !== null;
        isLikely &&= isEnd || mayBeFull(pending);
        isLinked ||= !isEnd && !step.frame.isIndependent;
      }
      pending = isEnd ? undefined : step;
      if (isEnd) {
        const { contentSizeInBytes } = step.frame;
        const got = index.unpackedSizeInBytes - frameStart;
        isProved &&= contentSizeInBytes === null || contentSizeInBytes === got;
        frameStart = index.unpackedSizeInBytes;
        if (step.frame.hasContentChecksum && summed.length < maxStatedDigests) {
          const checksumAt = step.fileOffset + blockHeadInBytes;
          summed.push({ first: firstOfFrame, end: index.count, checksumAt });
        }
        firstOfFrame = index.count;
      }
      if (steps++ % blocksPerStep === 0) {
        const fraction = step.fileOffset / file.sizeInBytes;
        yield { kind: 'progress', doing: 'indexing an lz4-compressed file', fraction };
      }
    }
    return result([]);
  } catch (error) {
    const isCut = isVmcorekitError(error, 'truncated');
    if (!(isCut || isVmcorekitError(error, 'malformed')) || (index.count === 0 && !pending)) {
      throw error;
    }
    if (pending !== undefined) {
      add(pending, true);
    }
    const name = isCut ? 'compressed-unfinished' : 'compressed-damaged';
    return result([stoppedAt(name, error, error.facts.fileOffset, index.unpackedSizeInBytes)]);
  }
}

/**
 * Whether a block is likely as full as it may be. The lz4 program fills each block but the last,
 * and ends a frame with a checksum of its contents. Libraries leave that out, and end a block
 * wherever their caller flushes.
 */
function mayBeFull({ frame, mostUnpackedInBytes }: Lz4Step): boolean {
  return (
    (frame.isLegacy || frame.hasContentChecksum) && mostUnpackedInBytes >= frame.maxBlockInBytes
  );
}

/** As much as it may where it is damaged: a read then says so. */
function unpackedLength(file: ByteSource, { frame, fileOffset, packedInBytes }: Lz4Step): number {
  const packed = readExactly(file, fileOffset, packedInBytes, 'lz4 block');
  try {
    return decodeBlock(packed, new Uint8Array(frame.maxBlockInBytes));
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      return frame.maxBlockInBytes;
    }
    throw error;
  }
}
