import type { ByteRange, ByteSource } from './byte-source.ts';
import type { FileOffset } from './spaces.ts';

/** A running hash, as `node:crypto` and others make them. */
export interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}
export type CreateHash = () => Hash;

/**
 * A digest or checksum that a container states of its contents. A minimal one has an algorithm, the
 * digest, and where it stands.
 */
export interface StatedDigest {
  /** OpenSSL's name in lower case: `md5`, `sha1`, `sha256`, `sha512`, `blake2b512`; or `crc32`. */
  readonly algorithm: string;
  /** Lower-case hexadecimal digits, in the order in which the algorithm is written. */
  readonly expected: string;
  /** Where it stands, for people: `hash section of case.E03`. */
  readonly statedBy: string;
  readonly fileOffset?: FileOffset;
  /** The part of the contents that it is of. Absent: all of them. */
  readonly covers?: ByteRange;
  /** Computes it. Needed only for an algorithm that `node:crypto` lacks. */
  readonly createHash?: CreateHash;
  /** Why `verify` must not compute it: the contents have gaps of terabytes. It says so instead. */
  readonly notComputed?: string;
}

/**
 * Digests of the blocks of a stretch, as a container lists them: one of each block, in order. The
 * last block may be shorter.
 */
export interface StatedBlockDigests {
  /** As of `StatedDigest`. */
  readonly algorithm: string;
  /** What the blocks are of: the entry, or something that it is made of. */
  readonly content: ByteSource;
  readonly covers: ByteRange;
  readonly blockInBytes: number;
  /** Where they stand, for people: `00000003.blockHash.sha1`. */
  readonly statedBy: string;
  /** Reads the list: the digests as bytes, one after the other. Throws what reading throws. */
  readonly readList: () => Uint8Array;
}

/** The contents of a container and the digests that it states of them. */
export interface DigestedContent {
  /** The container's name. */
  readonly container: string;
  /** The opened entry. The dump owns it. */
  readonly content: ByteSource;
  readonly digests: readonly StatedDigest[];
  readonly blockDigests?: readonly StatedBlockDigests[];
}
