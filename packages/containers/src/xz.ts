import { Lzma2Chunks } from '@vmcorekit/compressors';
import {
  BlockSource,
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  type DecodeBlock,
  hexText,
  isSourceFailure,
  isVmcorekitError,
  magicAt,
  type Progress,
  readExactly,
  type StatedDigest,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked, contentsOf, maxStatedDigests } from './contents.ts';
import { spool } from './spool.ts';
import { readBlockHeader } from './xz/block-header.ts';
import { blockInPieces, xzPieces } from './xz/pieces.ts';
import { readStreamHeader, xzMagic } from './xz/stream-header.ts';
import { readIndexes, type XzBlocks } from './xz/stream-index.ts';

const name = 'xz';
const isXz = magicAt(0, xzMagic);
/** A page costs the decoding of its block: 80 ms for one of this size. */
const smallBlockInBytes: number = 8 << 20;
/** A file of many blocks is worth waiting for them: unpacking it would take minutes. */
const largeBlockInBytes: number = 32 << 20;
const manyBlocks = 64;
const sha256InBytes = 32;

/**
 * xz with LZMA2. A file of blocks that are small enough (`xz -T`, `--block-size`) is decoded block
 * by block when it is read; another is unpacked when it is opened. Source: the .xz file format.
 */
export const xz: Container = {
  name,
  probe({ head }) {
    const because = isXz(head);
    return because === undefined ? undefined : { because, strength: 'signature' };
  },
  async open(file, context) {
    readStreamHeader(file, 0);
    const store = await context.scratch();
    return (function* (): Generator<Progress, ContainerContents, void> {
      const chunks = new Lzma2Chunks();
      const blocks = readIndexes(file);
      if (blocks !== undefined) {
        checkUnpacked(context, 'xz index', 0, blocks.index.unpackedSizeInBytes);
      }
      const largest = blocks === undefined ? 0 : largestOf(blocks);
      const limit = (blocks?.index.count ?? 0) < manyBlocks ? smallBlockInBytes : largeBlockInBytes;
      if (blocks !== undefined && blocks.index.count > 1 && largest <= limit) {
        const content = new BlockSource(file, {
          name: `${name}(${file.name})`,
          codec: name,
          index: blocks.index,
          decode: decodeBlock(file, blocks, chunks),
        });
        return contentsOf(file, {
          content,
          damage: [],
          digests: statedDigests(file, blocks),
          owned: store,
        });
      }
      const stated = blocks?.index.unpackedSizeInBytes ?? null;
      const spooled = yield* spool(file, name, xzPieces(file, chunks), store, context, stated);
      const digests = blocks === undefined ? [] : statedDigests(file, blocks);
      return contentsOf(file, { ...spooled, digests, owned: store });
    })();
  },
};

function largestOf({ index }: XzBlocks): number {
  let largest = 0;
  for (let block = 0; block < index.count; block++) {
    largest = Math.max(largest, index.unpackedEnd(block) - index.unpackedStart(block));
  }
  return largest;
}

/** The SHA-256 of each block that has one. The other checks are compared when a block is read. */
function statedDigests(file: ByteSource, { index, streamOf }: XzBlocks): StatedDigest[] {
  const digests: StatedDigest[] = [];
  let stream: { readonly at: number; readonly isSha256: boolean } | undefined;
  const isSha256 = (at: number): boolean => {
    try {
      return readStreamHeader(file, at).isSha256;
    } catch (error) {
      if (isVmcorekitError(error) && !isSourceFailure(error)) {
        // A read of its blocks says what is wrong with it.
        return false;
      }
      throw error;
    }
  };
  for (let block = 0; block < Math.min(index.count, maxStatedDigests); block++) {
    const at = streamOf(block);
    stream = stream?.at === at ? stream : { at, isSha256: isSha256(at) };
    if (stream.isSha256) {
      const end = index.packedOffset(block) + index.packedLengthInBytes(block);
      const fileOffset = end - sha256InBytes;
      const offset = index.unpackedStart(block);
      digests.push({
        algorithm: 'sha256',
        expected: hexText(readExactly(file, fileOffset, sha256InBytes, 'xz checksum')),
        statedBy: `end of an xz block of ${file.name}`,
        fileOffset,
        covers: { offset, lengthInBytes: index.unpackedEnd(block) - offset },
      });
    }
  }
  return digests;
}

function decodeBlock(file: ByteSource, blocks: XzBlocks, chunks: Lzma2Chunks): DecodeBlock {
  return (packed, unpacked, index) => {
    const stream = readStreamHeader(file, blocks.streamOf(index));
    const source = new BufferSource(packed);
    const header = readBlockHeader(source, 0);
    const pieces = header === undefined ? [] : blockInPieces(source, stream, header, chunks);
    let done = 0;
    for (const { bytes } of pieces) {
      if (bytes.length > unpacked.length - done) {
        const because = `it holds more than the ${unpacked.length} bytes of the index`;
        throw new VmcorekitError('bad-data', { codec: name, because });
      }
      unpacked.set(bytes, done);
      done += bytes.length;
    }
    return done;
  };
}
