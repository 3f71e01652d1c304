import { type ZstdBlocks, zstdBlockInBytes } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type Damage,
  hex,
  isVmcorekitError,
  readExactly,
  VmcorekitError,
} from '@vmcorekit/core';
import { PackedReader, wordAt } from '../packed-blocks.ts';
import { SkippableRun } from '../skippable-frames.ts';
import type { Piece } from '../spool.ts';
import { checksumInBytes, magic, readFrameHeader, type ZstdFrame } from './frame-header.ts';

const headInBytes = 3;
const nothing = new Uint8Array(0);
const kinds = ['stored', 'repeated', 'compressed'] as const;

/** The head of a block. */
export interface ZstdBlock {
  readonly fileOffset: number;
  readonly kind: (typeof kinds)[number];
  readonly isLast: boolean;
  /** What the head says: the size of what is repeated, or of the block's data. */
  readonly sizeInBytes: number;
  readonly dataInBytes: number;
}

/** Decodes all frames of a file, from the start. */
export function* zstdPieces(
  file: ByteSource,
  blocks: ZstdBlocks,
): Generator<Piece, readonly Damage[], void> {
  const skippable = new SkippableRun(file);
  for (let at = 0; at < file.sizeInBytes; ) {
    const next = afterSkippable(file, at, skippable);
    if (next === undefined) {
      at = yield* frameInPieces(file, readFrameHeader(file, at), blocks);
      yield { bytes: nothing, fileOffset: at, checksum: 'right' };
    } else {
      at = next;
      yield { bytes: nothing, fileOffset: at };
    }
  }
  return [];
}

/**
 * What follows a skippable frame; undefined where a frame with contents begins. Throws `bad-data`
 * where neither does, and what `SkippableRun.endAt` throws.
 */
export function afterSkippable(
  file: ByteSource,
  at: number,
  skippable: SkippableRun,
): number | undefined {
  const next = skippable.endAt(at);
  const word = next === undefined ? (wordAt(file, at, true) ?? 0) : magic.frame;
  if (word !== magic.frame) {
    throw badData(at, `its magic number is ${hex(word)}, wanted ${hex(magic.frame)}`);
  }
  return next;
}

/** Decodes a frame. Returns where it ends. One whose checksum is wrong holds nothing. */
export function* frameInPieces(
  file: ByteSource,
  frame: ZstdFrame,
  blocks: ZstdBlocks,
): Generator<Piece, number, void> {
  blocks.startFrame(frame.windowInBytes);
  const reader = new PackedReader();
  let total = 0;
  let at = frame.blocksAt;
  for (let isLast = false; !isLast; ) {
    const block = readBlockHead(file, at);
    const data = reader.read(file, at + headInBytes, block.dataInBytes, 'zstd block');
    const bytes = decoded(blocks, block, data);
    at += headInBytes + block.dataInBytes;
    total += bytes.length;
    yield { bytes, fileOffset: at };
    ({ isLast } = block);
  }
  const { contentSizeInBytes, fileOffset } = frame;
  if (contentSizeInBytes !== null && contentSizeInBytes !== total) {
    throw badData(fileOffset, `the frame says ${contentSizeInBytes} bytes, and holds ${total}`);
  }
  if (!frame.hasChecksum) {
    return at;
  }
  const sum = new DataView(readExactly(file, at, checksumInBytes, 'zstd checksum').buffer);
  const wanted = sum.getUint32(0, true);
  if (wanted !== blocks.checksum) {
    yield { bytes: nothing, fileOffset: at, checksum: 'wrong' };
    throw badData(
      fileOffset,
      `the frame's checksum is ${hex(wanted)}, that of its contents ${hex(blocks.checksum)}, so it is not read (zstd -dc --no-check FILE > DUMP unpacks it)`,
    );
  }
  return at + checksumInBytes;
}

/** Throws `truncated` and `bad-data`. */
export function readBlockHead(file: ByteSource, fileOffset: number): ZstdBlock {
  const [low = 0, middle = 0, high = 0] = readExactly(file, fileOffset, headInBytes, 'zstd block');
  const head = low | (middle << 8) | (high << 16);
  const kind = kinds[(head >> 1) & 3];
  const sizeInBytes = head >> 3;
  if (kind === undefined || sizeInBytes > zstdBlockInBytes) {
    throw badData(fileOffset, `a block of type ${(head >> 1) & 3} and ${sizeInBytes} bytes`);
  }
  const dataInBytes = kind === 'repeated' ? 1 : sizeInBytes;
  return { fileOffset, kind, isLast: (head & 1) !== 0, sizeInBytes, dataInBytes };
}

function decoded(blocks: ZstdBlocks, block: ZstdBlock, data: Uint8Array): Uint8Array {
  try {
    switch (block.kind) {
      case 'stored':
        return blocks.stored(data);
      case 'repeated':
        return blocks.repeated(data[0] ?? 0, block.sizeInBytes);
      default:
        return blocks.compressed(data);
    }
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      const facts = { ...error.facts, fileOffset: block.fileOffset };
      throw new VmcorekitError('bad-data', facts, { cause: error });
    }
    throw error;
  }
}

function badData(fileOffset: number, because: string): VmcorekitError {
  return new VmcorekitError('bad-data', { codec: 'zstd', because, fileOffset });
}
