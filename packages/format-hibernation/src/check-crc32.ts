import { blockCodecs } from '@vmcorekit/compressors';
import { isVmcorekitError, type Progress } from '@vmcorekit/core';
import { blockSizeInBytes } from './layout.ts';
import type { Stream } from './read-stream.ts';

const blocksPerStep = 16;
const allBits = 0xffffffff;

/**
 * The CRC-32 of all pages of a compressed stream, as the kernel computes it: from 0 on, and without
 * the last complement. Undefined where a block cannot be decoded. Source: Linux,
 * kernel/power/swap.c (`crc32_threadfn`).
 */
export function* crc32Of({ source }: Stream): Generator<Progress, number | undefined, void> {
  const block = new Uint8Array(blockSizeInBytes);
  let sum = allBits;
  for (let at = 0; at < source.sizeInBytes; at += blockSizeInBytes) {
    const part = block.subarray(0, Math.min(blockSizeInBytes, source.sizeInBytes - at));
    try {
      source.readInto(at, part);
    } catch (error) {
      if (isVmcorekitError(error, 'bad-data') || isVmcorekitError(error, 'truncated')) {
        return undefined;
      }
      throw error;
    }
    sum = blockCodecs().crc32(part, sum);
    if ((at / blockSizeInBytes) % blocksPerStep === blocksPerStep - 1) {
      yield {
        kind: 'progress',
        doing: 'checking the image’s CRC-32',
        fraction: at / source.sizeInBytes,
      };
    }
  }
  return ~sum >>> 0;
}
