import {
  type ByteRange,
  type ByteSource,
  type Damage,
  isVmcorekitError,
  VmcorekitError,
} from '@vmcorekit/core';
import { PackedReader } from '../packed-blocks.ts';
import type { Piece } from '../spool.ts';
import { decodeBlock } from './decode-block.ts';
import { blockHeadInBytes } from './frame.ts';
import { blocksOf, type Lz4Step } from './walk-frames.ts';

/** Matches of a block reach back this far into the blocks before it. */
const historyInBytes = 64 * 1024;

/**
 * Decodes frames whose blocks refer to each other, from the start. `onChecksum` gets the place of
 * each checksum of a frame's contents, and the stretch that it is of.
 */
export function* linkedPieces(
  file: ByteSource,
  onChecksum: (checksumAt: number, covers: ByteRange) => void,
): Generator<Piece, readonly Damage[], void> {
  const reader = new PackedReader();
  let frameStart = 0;
  let total = 0;
  let history = new Uint8Array(0);
  let block = new Uint8Array(0);
  for (const step of blocksOf(file)) {
    const { frame, fileOffset, packedInBytes } = step;
    if (packedInBytes === 0) {
      history = new Uint8Array(0);
      if (frame.hasContentChecksum) {
        const covers = { offset: frameStart, lengthInBytes: total - frameStart };
        onChecksum(fileOffset + blockHeadInBytes, covers);
      }
      frameStart = total;
      yield { bytes: history, fileOffset };
      continue;
    }
    const packed = reader.read(file, fileOffset, packedInBytes, 'lz4 block');
    if (block.length !== frame.maxBlockInBytes) {
      block = new Uint8Array(frame.maxBlockInBytes);
    }
    const bytes = block.subarray(0, decoded(step, packed, block, history));
    total += bytes.length;
    yield { bytes, fileOffset: fileOffset + packedInBytes };
    history = frame.isIndependent ? history : joined(history, bytes);
  }
  return [];
}

/** The last 64 KiB of both. */
function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = before.subarray(Math.max(0, before.length + bytes.length - historyInBytes));
  const both = new Uint8Array(Math.min(historyInBytes, kept.length + bytes.length));
  const part = bytes.subarray(Math.max(0, bytes.length - historyInBytes));
  both.set(part, both.length - part.length);
  both.set(kept.subarray(kept.length - (both.length - part.length)));
  return both;
}

function decoded(
  { fileOffset }: Lz4Step,
  packed: Uint8Array,
  block: Uint8Array,
  history: Uint8Array,
): number {
  try {
    return decodeBlock(packed, block, history);
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      throw new VmcorekitError('bad-data', { ...error.facts, fileOffset }, { cause: error });
    }
    throw error;
  }
}
