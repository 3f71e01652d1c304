import {
  BlockSource,
  type ByteRange,
  type ByteSource,
  type ByteStore,
  type Container,
  type ContainerContents,
  magicAt,
  type OpenContext,
  type Progress,
  type StatedDigest,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked, contentsOf, maxStatedDigests } from './contents.ts';
import { decodeBlock } from './lz4/decode-block.ts';
import { exactLengths } from './lz4/exact-lengths.ts';
import { linkedPieces } from './lz4/linked-pieces.ts';
import { blocksOf, walkFrames } from './lz4/walk-frames.ts';
import { Xxh32 } from './lz4/xxh32.ts';
import { wordAt } from './packed-blocks.ts';
import { endOfSkippable } from './skippable-frames.ts';
import { spool } from './spool.ts';

const name = 'lz4';
/** As many as a probe sees, and more. */
const maxFramesBefore: number = 1 << 16;
/** Of a frame, and of a legacy one. */
export const lz4Magics = ['\x04\x22\x4d\x18', '\x02\x21\x4c\x18'] as const;
const isLz4 = magicAt(0, ...lz4Magics);

/**
 * LZ4 frames, also the legacy ones of the kernel's tools. Blocks that are independent, as the lz4
 * program writes them, are decoded one by one when they are read; others are unpacked at once.
 * Source: LZ4 Frame Format Description.
 */
export const lz4: Container = {
  name,
  probe({ head }) {
    const end = endOfSkippable(head);
    const because = isLz4(head.subarray(end));
    return because === undefined
      ? undefined
      : {
          because: end === 0 ? because : `has skippable frames, and an lz4 frame at offset ${end}`,
          strength: 'signature',
        };
  },
  async open(file, context) {
    if (isFirstIndependent(file)) {
      return indexed(file, context);
    }
    return spooled(file, await context.scratch(), context);
  },
};

/** Of the first block; skippable frames may come before it. */
function isFirstIndependent(file: ByteSource): boolean {
  let steps = 0;
  for (const { frame, packedInBytes } of blocksOf(file)) {
    if (packedInBytes > 0 || ++steps === maxFramesBefore) {
      return frame.isIndependent;
    }
  }
  return true;
}

function* indexed(
  file: ByteSource,
  context: OpenContext,
): Generator<Progress, ContainerContents, void> {
  const walk = yield* walkFrames(file);
  if (walk.isLinked) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} has lz4 frames of independent blocks, and later ones of blocks that are not`,
      advice: 'decompress it first: lz4 -dc FILE > DUMP',
    });
  }
  checkUnpacked(context, 'lz4 frame', 0, walk.index.unpackedSizeInBytes);
  const { index, damage } = walk.areFull === 'proved' ? walk : yield* exactLengths(file, walk);
  const content = new BlockSource(file, {
    name: `${name}(${file.name})`,
    codec: name,
    index,
    decode: (packed, unpacked) => decodeBlock(packed, unpacked),
  });
  const digests = walk.summed.flatMap(({ first, end, checksumAt }) => {
    if (end > index.count || end === first) {
      return [];
    }
    const offset = index.unpackedStart(first);
    const covers = { offset, lengthInBytes: index.unpackedEnd(end - 1) - offset };
    return contentChecksum(file, checksumAt, covers);
  });
  return contentsOf(file, { content, damage, digests });
}

function* spooled(
  file: ByteSource,
  store: ByteStore,
  context: OpenContext,
): Generator<Progress, ContainerContents, void> {
  const digests: StatedDigest[] = [];
  const pieces = linkedPieces(file, (checksumAt, covers) => {
    if (digests.length < maxStatedDigests) {
      digests.push(...contentChecksum(file, checksumAt, covers));
    }
  });
  const made = yield* spool(file, name, pieces, store, context, null);
  return contentsOf(file, { ...made, digests, owned: store });
}

/** The checksum of a frame's contents; none where the file ends before it. */
function contentChecksum(file: ByteSource, fileOffset: number, covers: ByteRange): StatedDigest[] {
  const sum = wordAt(file, fileOffset, true);
  return sum === undefined
    ? []
    : [
        {
          algorithm: 'xxh32',
          expected: sum.toString(16).padStart(8, '0'),
          statedBy: `end of an lz4 frame of ${file.name}`,
          fileOffset,
          covers,
          createHash: () => new Xxh32(),
        },
      ];
}
