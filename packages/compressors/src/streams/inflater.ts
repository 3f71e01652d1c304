import { VmcorekitError } from '@vmcorekit/core';
import { endsEarly } from '../wasm/failure-codes.ts';
import { refusal } from '../wasm/refusal.ts';
import { hasEnded, isFull } from '../wasm/stream-states.ts';
import { alignedUp, memoryUpTo, type StreamExports, streamInstance } from './stream-exports.ts';

/** Deflate's matches reach back this far. Source: RFC 1951, section 2. */
export const deflateWindowInBytes = 32_768;
const inputInBytes = 256 << 10;
const outputInBytes = 256 << 10;
/** The decoder may load and write this far after its areas. Source: src-wasm/index.ts. */
const slackInBytes = 1024;
/** More than the head of a block takes. Source: src-wasm/inflate-stream.ts. */
const blockHeadInBytes = 1024;
/** Input that ends is decoded with care from here on. More than `inflateRun` may leave unused. */
const tailInBytes = 2048;

/** A place between two symbols of a deflate stream, where a decoder can begin. */
export interface InflatePlace {
  /** File offset in bits. */
  readonly bit: number;
  /** File offset in bits of the head of the block around it; equal to `bit` at a head. */
  readonly blockBit: number;
}

/** Reads packed bytes at a file offset, like `ByteSource.readInto`. */
export type ReadPacked = (fileOffset: number, target: Uint8Array) => number;

/** `more`: call again. `full`: the output holds what was asked for. `ended`: so has the stream. */
export type InflateStatus = 'more' | 'full' | 'ended';

/**
 * Decodes deflate streams piece by piece, from any place between two symbols on. After each `next`,
 * `output` holds what was decoded since `clear`. Source: RFC 1951.
 */
export class Inflater {
  readonly #codec: string;
  readonly #exports: StreamExports;
  readonly #memory: Uint8Array;
  readonly #inputAt: number;
  readonly #outputAt: number;
  #read: ReadPacked = () => 0;
  /** File offset of the next packed byte to read. */
  #readAt = 0;
  #isLast = false;
  /** Bytes of the output that were surely in the stream. */
  #produced = 0;

  /** `codec` is what errors call it. Throws what the platform throws where it lacks WebAssembly. */
  constructor(codec: string) {
    this.#codec = codec;
    this.#exports = streamInstance();
    this.#inputAt = alignedUp(this.#exports.freeFrom(), 16);
    this.#outputAt = this.#inputAt + inputInBytes + slackInBytes + deflateWindowInBytes;
    this.#memory = memoryUpTo(this.#exports, this.#outputAt + outputInBytes + slackInBytes);
  }

  /** Where the decoder is: everything before it is in the output. */
  get place(): InflatePlace {
    return { bit: this.#exports.inflateBit(), blockBit: this.#exports.inflateBlockBit() };
  }

  /** File offset of the first byte that the stream has not used. */
  get fileOffset(): number {
    return Math.ceil(this.#exports.inflateBit() / 8);
  }

  /** A view, valid until the next call of any method. */
  get output(): Uint8Array {
    return this.#memory.subarray(this.#outputAt, this.#outputAt + this.#produced);
  }

  /** What matches may reach back to from here: a view, valid until the next call. */
  get history(): Uint8Array {
    const end = this.#outputAt + this.#produced;
    return this.#memory.subarray(end - this.#exports.inflateHistory(), end);
  }

  /**
   * Begins at a place whose `history` is what comes before it. Throws `bad-data` where the place is
   * none.
   */
  begin(read: ReadPacked, place: InflatePlace, history: Uint8Array): void {
    this.#read = read;
    this.#produced = 0;
    this.#memory.set(history, this.#outputAt - history.length);
    this.#exports.inflateStart(this.#outputAt, history.length);
    if (place.blockBit !== place.bit) {
      this.#fill(place.blockBit, blockHeadInBytes, true);
      const status = this.#exports.inflateEnterBlock();
      if (status < 0) {
        throw this.#failed(status);
      }
    }
    this.#fill(place.bit, inputInBytes, false);
  }

  /**
   * Decodes until the output holds `limitInBytes`, at most 256 KiB, or up to 300 more. Throws
   * `bad-data`, with the file offset; the output then holds what comes before the damage.
   */
  next(limitInBytes: number = outputInBytes): InflateStatus {
    const limit = Math.min(limitInBytes, outputInBytes);
    if (this.#isLast) {
      return this.#nextOfLast(limit);
    }
    const status = this.#run(limit);
    if (status === undefined) {
      this.#fill(this.#exports.inflateBit(), inputInBytes, false);
      return 'more';
    }
    return status;
  }

  /** Empties the output. */
  clear(): void {
    this.#exports.inflateSlide();
    this.#produced = 0;
  }

  /** The CRC-32 of bytes with that sum and then the output. */
  crc32(before: number): number {
    return this.#exports.crc32(this.#outputAt, this.#produced, before) >>> 0;
  }

  /** The Adler-32 of bytes with that sum and then the output. */
  adler32(before: number): number {
    return this.#exports.adler32(this.#outputAt, this.#produced, before) >>> 0;
  }

  /**
   * Symbols at the end of a file that is cut are decoded with zeros after it. So it goes in small
   * steps, and believes only those that did not need them.
   */
  #nextOfLast(limit: number): InflateStatus {
    for (;;) {
      const status = this.#run(Math.min(limit, this.#produced + 1));
      if (status === undefined) {
        throw this.#failed(endsEarly);
      }
      if (status === 'ended' || this.#produced >= limit) {
        return status;
      }
    }
  }

  /** Undefined where more input is needed. */
  #run(limit: number): InflateStatus | undefined {
    const status = this.#exports.inflateRun(limit);
    if (status < 0) {
      if (!this.#isLast) {
        this.#produced = this.#exports.inflateProduced();
      }
      throw this.#failed(status);
    }
    this.#produced = this.#exports.inflateProduced();
    return status === hasEnded ? 'ended' : status === isFull ? 'full' : undefined;
  }

  /** Puts input in place from a bit on. */
  #fill(bit: number, sizeInBytes: number, isHead: boolean): void {
    const fileOffset = Math.floor(bit / 8);
    const target = this.#memory.subarray(this.#inputAt, this.#inputAt + sizeInBytes);
    const got = this.#read(fileOffset, target);
    this.#readAt = fileOffset + got;
    this.#isLast = isHead || got < tailInBytes;
    this.#exports.inflateInput(
      this.#inputAt,
      bit - fileOffset * 8,
      this.#inputAt + got,
      this.#isLast ? 1 : 0,
      fileOffset,
    );
  }

  #failed(status: number): VmcorekitError<'bad-data'> {
    const { because } = refusal(this.#codec, status, this.#readAt, outputInBytes).facts;
    const fileOffset = Math.min(this.#readAt, Math.floor(this.#exports.inflateBit() / 8));
    return new VmcorekitError('bad-data', { codec: this.#codec, because, fileOffset });
  }
}
