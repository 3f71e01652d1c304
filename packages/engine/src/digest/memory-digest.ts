import {
  hexText,
  latin1Bytes,
  type PhysicalMemory,
  type PhysicalRange,
  type Progress,
  sizeOfRanges,
} from '@vmcorekit/core';
import { BlockHasher, type CreateHash, type DigestedBytes } from './block-hasher.ts';
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

/** The blocks of a stretch of memory: plain data, so that a thread may hash it. */
export interface BlockDigests {
  /** Each block that holds anything: its address (64 bits, little endian) and its SHA-256. */
  readonly entries: Uint8Array;
  readonly bytes: DigestedBytes;
}

/** Hashes the blocks that begin in `within`. `onEntry` gets an entry of each that holds anything. */
export function* digestBlocks(
  memory: PhysicalMemory,
  within: PhysicalRange,
  createHash: CreateHash,
  onEntry: (entry: Uint8Array) => void,
): Generator<Progress, DigestedBytes, void> {
  const hasher = new BlockHasher(memory, createHash);
  const blockCount = sizeOfRanges(memory.ranges) / blockInBytes;
  let done = 0;
  for (const start of blockStarts(memory.ranges, within)) {
    const digest = hasher.digest(start);
    if (digest !== undefined) {
      onEntry(entryOf(start, digest));
    }
    const fraction = Math.min(1, ++done / blockCount);
    yield { kind: 'progress', doing: 'hashing memory', fraction };
  }
  return hasher.bytes;
}

/**
 * Hashes all memory that a dump holds: the SHA-256 of a title and of the list of its blocks,
 * ascending. The same bytes at the same addresses give the same digest, in any format and however
 * they are compressed. What a dump does not hold has no part in it, and is counted.
 */
export function* digestMemory(
  memory: PhysicalMemory,
  createHash: CreateHash,
): Generator<Progress, MemoryDigest, void> {
  const list = createHash();
  list.update(latin1Bytes(title));
  const everywhere = { start: 0, end: Number.POSITIVE_INFINITY };
  const bytes = yield* digestBlocks(memory, everywhere, createHash, (entry) => list.update(entry));
  return { sha256: hexText(list.digest()), bytes };
}

/** The same out of stretches that were hashed elsewhere, in ascending order. */
export function joinBlockDigests(
  stretches: readonly BlockDigests[],
  createHash: CreateHash,
): MemoryDigest {
  const list = createHash();
  list.update(latin1Bytes(title));
  const bytes = { held: 0, excluded: 0, corrupt: 0 };
  for (const stretch of stretches) {
    list.update(stretch.entries);
    bytes.held += stretch.bytes.held;
    bytes.excluded += stretch.bytes.excluded;
    bytes.corrupt += stretch.bytes.corrupt;
  }
  return { sha256: hexText(list.digest()), bytes };
}

function entryOf(start: number, digest: Uint8Array): Uint8Array {
  const entry = new Uint8Array(entryInBytes);
  new DataView(entry.buffer).setBigUint64(0, BigInt(start), true);
  entry.set(digest, 8);
  return entry;
}
