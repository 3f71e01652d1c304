import type { ByteSource } from '../byte-source.ts';
import { isVmcorekitError, VmcorekitError } from '../errors.ts';
import { reasonOf } from '../plugin-error.ts';
import { isSourceFailure } from '../source-failure.ts';
import { plural } from '../text.ts';
import type { BlockIndex } from './block-index.ts';
import { readExactly } from './read.ts';

/** A search reads here and there, so a few blocks around each place are worth keeping. */
const usualCacheSizeInBytes: number = 32 * 1024 * 1024;
/**
 * Of large blocks, as many as a search for a kernel returns to: `probe` of 5 GB in frames of 8 MiB
 * uses ten, and decoded one of them again where four were kept.
 */
const largeBlocksKept = 12;
const largestCacheSizeInBytes: number = 128 * 1024 * 1024;
/** No codec makes a block longer than twice what it holds, and so much more. */
const maxOverheadInBytes: number = 64 * 1024 * 1024;
/** Damaged blocks that are remembered, so that each read of them does not decode them again. */
const maxDamagedRemembered = 1024;

/**
 * Decodes one block into all of `unpacked`, and returns the number of bytes written. Throws
 * `bad-data` for a damaged block. `index` is its place in the index, for decoders that keep more of
 * each block. `Compressor.decode` is one.
 */
export type DecodeBlock = (packed: Uint8Array, unpacked: Uint8Array, index: number) => number;

export interface BlockSourceOptions {
  /** What messages call the contents: `lz4(NAME)`. */
  readonly name: string;
  /** What messages call the codec: `lz4`. */
  readonly codec: string;
  readonly index: BlockIndex;
  readonly decode: DecodeBlock;
  /** Where the packed blocks lie in several files: the place of one, for messages. */
  readonly placeOf?: (packedOffset: number) => {
    readonly file: string;
    readonly fileOffset: number;
  };
  /** The most bytes of unpacked blocks kept. The block read last is kept, however large it is. */
  readonly cacheSizeInBytes?: number;
}

/**
 * The contents of a file of blocks that are packed one by one. Decodes a block when it is read, and
 * keeps the ones read last. A damaged block takes no other: only a read that reaches into it throws
 * `bad-data`, with the block's place in the packed file, after it has filled what lies before. The
 * caller owns the packed file.
 */
export class BlockSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #file: ByteSource;
  readonly #codec: string;
  readonly #index: BlockIndex;
  readonly #decode: DecodeBlock;
  readonly #placeOf: BlockSourceOptions['placeOf'];
  readonly #maxHeldInBytes: number;
  /** In order of use, the least recent first. */
  readonly #held: Map<number, Uint8Array> = new Map();
  readonly #damaged: Map<number, VmcorekitError> = new Map();
  #heldInBytes = 0;

  constructor(file: ByteSource, options: BlockSourceOptions) {
    this.name = options.name;
    this.sizeInBytes = options.index.unpackedSizeInBytes;
    this.#file = file;
    this.#codec = options.codec;
    this.#index = options.index;
    this.#decode = options.decode;
    this.#placeOf = options.placeOf;
    this.#maxHeldInBytes = options.cacheSizeInBytes ?? cacheSizeFor(options.index);
  }

  readInto(offset: number, target: Uint8Array): number {
    const wanted = Math.max(0, Math.min(target.length, this.sizeInBytes - offset));
    let index = wanted === 0 ? 0 : this.#index.blockAt(offset);
    for (let done = 0; done < wanted; index++) {
      const start = this.#index.unpackedStart(index);
      const length = this.#index.unpackedEnd(index) - start;
      const from = offset + done - start;
      const part = target.subarray(done, Math.min(wanted, done + length - from));
      if (part.length === length && !this.#held.has(index)) {
        // It is read as a whole, so it need not be kept.
        this.#fill(index, part);
      } else if (part.length > 0) {
        part.set(this.#block(index, length).subarray(from, from + part.length));
      }
      done += part.length;
    }
    return wanted;
  }

  [Symbol.dispose](): void {
    this.#held.clear();
    this.#damaged.clear();
    this.#heldInBytes = 0;
  }

  #block(index: number, lengthInBytes: number): Uint8Array {
    let block = this.#held.get(index);
    if (block === undefined) {
      block = this.#roomFor(lengthInBytes);
      this.#fill(index, block);
      this.#heldInBytes += lengthInBytes;
    } else {
      this.#held.delete(index);
    }
    this.#held.set(index, block);
    return block;
  }

  /** Forgets blocks until one of this size may be kept; reuses the room of one of equal size. */
  #roomFor(lengthInBytes: number): Uint8Array {
    let room: Uint8Array | undefined;
    for (const [index, block] of this.#held) {
      if (this.#heldInBytes + lengthInBytes <= this.#maxHeldInBytes) {
        break;
      }
      this.#held.delete(index);
      this.#heldInBytes -= block.length;
      room = block.length === lengthInBytes ? block : room;
    }
    return room ?? new Uint8Array(lengthInBytes);
  }

  #fill(index: number, unpacked: Uint8Array): void {
    const known = this.#damaged.get(index);
    if (known !== undefined) {
      throw known;
    }
    const fileOffset = this.#index.packedOffset(index);
    const length = this.#index.packedLengthInBytes(index);
    const limit = 2 * unpacked.length + maxOverheadInBytes;
    if (length > limit) {
      const because = `it is longer than ${plural(limit, 'byte')}`;
      const error = new VmcorekitError('bad-data', { codec: this.#codec, because });
      throw this.#asDamage(index, fileOffset, length, error);
    }
    const packed = readExactly(this.#file, fileOffset, length, `block of ${this.#codec}`);
    try {
      const got = this.#decode(packed, unpacked, index);
      if (got !== unpacked.length) {
        throw new VmcorekitError('bad-data', {
          codec: this.#codec,
          because: `holds ${plural(got, 'byte')}, wanted ${unpacked.length}`,
        });
      }
    } catch (error) {
      throw this.#asDamage(index, fileOffset, packed.length, error);
    }
  }

  #asDamage(
    index: number,
    fileOffset: number,
    packedInBytes: number,
    error: unknown,
  ): VmcorekitError {
    if (isSourceFailure(error)) {
      return error;
    }
    const because = isVmcorekitError(error, 'bad-data') ? error.facts.because : reasonOf(error);
    const place = this.#placeOf?.(fileOffset);
    const inFile = place === undefined ? '' : `in ${place.file}, `;
    const damage = new VmcorekitError(
      'bad-data',
      {
        codec: this.#codec,
        because: `${inFile}a block of ${plural(packedInBytes, 'byte')}: ${because}`,
        fileOffset: place?.fileOffset ?? fileOffset,
      },
      { cause: error },
    );
    if (this.#damaged.size < maxDamagedRemembered) {
      this.#damaged.set(index, damage);
    }
    return damage;
  }
}

function cacheSizeFor({ unpackedSizeInBytes, count }: BlockIndex): number {
  const wanted = (largeBlocksKept * unpackedSizeInBytes) / Math.max(1, count);
  return Math.max(usualCacheSizeInBytes, Math.min(largestCacheSizeInBytes, wanted));
}
