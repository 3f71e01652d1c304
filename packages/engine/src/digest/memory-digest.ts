import {
  type CreateHash,
  hexText,
  latin1Bytes,
  type PhysicalMemory,
  type Progress,
  sizeOfRanges,
} from '@vmcorekit/core';
import { BlockHasher, type DigestedBytes } from './block-hasher.ts';
import { blockInBytes, blockStarts } from './block-starts.ts';

/** What the list of blocks begins with, so that no other list has its digest. */
const title = 'vmcorekit memory 1\n';
const entryInBytes = 8 + 32;

/** A digest of physical memory that does not depend on the format of its file. */
export interface MemoryDigest {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: DigestedBytes;
}

/**
 * Hashes all memory that a dump holds: the SHA-256 of a title and of a list of its blocks,
 * ascending. A block that holds anything has an entry: its address (64 bits, little endian) and its
 * SHA-256. The same bytes at the same addresses give the same digest, in any format and however
 * they are compressed. What a dump does not hold has no part in it, and is counted.
 */
export function* digestMemory(
  memory: PhysicalMemory,
  createHash: CreateHash,
): Generator<Progress, MemoryDigest, void> {
  const list = createHash();
  list.update(latin1Bytes(title));
  const hasher = new BlockHasher(memory, createHash);
  const bytesInAll = sizeOfRanges(memory.ranges);
  let blocks = 0;
  let isHeld = true;
  const skip = (start: number, end: number): number => {
    const after = isHeld ? start + blockInBytes : hasher.skip(start, end);
    blocks += (after - start) / blockInBytes;
    return after;
  };
  for (const start of blockStarts(memory.ranges, skip)) {
    const digest = hasher.digest(start);
    isHeld = digest !== undefined;
    if (digest !== undefined) {
      list.update(entryOf(start, digest));
    }
    const fraction = Math.min(1, ((blocks + 1) * blockInBytes) / bytesInAll);
    yield { kind: 'progress', doing: 'hashing memory', fraction };
  }
  return { sha256: hexText(list.digest()), bytes: hasher.bytes };
}

function entryOf(start: number, digest: Uint8Array): Uint8Array {
  const entry = new Uint8Array(entryInBytes);
  new DataView(entry.buffer).setBigUint64(0, BigInt(start), true);
  entry.set(digest, 8);
  return entry;
}
