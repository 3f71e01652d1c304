import { ZstdBlocks } from '@vmcorekit/compressors';
import {
  BlockSource,
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  type DecodeBlock,
  isSourceFailure,
  isVmcorekitError,
  magicAt,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked, contentsOf } from './contents.ts';
import { endOfSkippable, refuseOtherThanZstd } from './skippable-frames.ts';
import { spool } from './spool.ts';
import { readFrameHeader } from './zstd/frame-header.ts';
import { frameInPieces, zstdPieces } from './zstd/pieces.ts';
import { walkFrames } from './zstd/walk-frames.ts';

const name = 'zstd';
export const zstdMagic = '\x28\xb5\x2f\xfd';
const isFrame = magicAt(0, zstdMagic);

/**
 * zstd frames. A file of many frames (pzstd, the seekable format) is decoded frame by frame when it
 * is read. One of a single frame is unpacked when it is opened. Source: RFC 8878.
 */
export const zstd: Container = {
  name,
  probe({ head }) {
    const end = endOfSkippable(head);
    if (end >= head.length && end > 0) {
      const because = 'begins with skippable frames, of zstd or lz4, longer than what is looked at';
      return { because, strength: 'likely' };
    }
    const because = isFrame(head.subarray(end));
    return because === undefined
      ? undefined
      : {
          because: end === 0 ? because : `has skippable frames, and a zstd frame at offset ${end}`,
          strength: 'signature',
        };
  },
  async open(file, context) {
    const store = await context.scratch();
    return (function* (): Generator<Progress, ContainerContents, void> {
      yield* refuseOtherThanZstd(file);
      const blocks = new ZstdBlocks();
      const index = yield* walkFrames(file);
      if (index !== undefined && index.count > 1) {
        checkUnpacked(context, 'zstd frames', 0, index.unpackedSizeInBytes);
        const content = new BlockSource(file, {
          name: `${name}(${file.name})`,
          codec: name,
          index,
          decode: decodeFrame(blocks),
        });
        return contentsOf(file, { content, damage: [], owned: store });
      }
      const stated = statedSize(file);
      const spooled = yield* spool(file, name, zstdPieces(file, blocks), store, context, stated);
      return contentsOf(file, { ...spooled, owned: store });
    })();
  },
};

function noThrow<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (isVmcorekitError(error) && !isSourceFailure(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Of the first frame; null where its header does not say. */
function statedSize(file: ByteSource): number | null {
  return noThrow(() => readFrameHeader(file, 0).contentSizeInBytes) ?? null;
}

function decodeFrame(blocks: ZstdBlocks): DecodeBlock {
  return (packed, unpacked) => {
    const source = new BufferSource(packed);
    const pieces = frameInPieces(source, readFrameHeader(source, 0), blocks);
    let done = 0;
    for (const { bytes } of pieces) {
      if (bytes.length > unpacked.length - done) {
        const because = `a frame holds more than the ${unpacked.length} bytes of its index`;
        throw new VmcorekitError('bad-data', { codec: name, because });
      }
      unpacked.set(bytes, done);
      done += bytes.length;
    }
    return done;
  };
}
