import { badData } from '../bad-data.ts';
import { refusal } from '../wasm/refusal.ts';
import { slackInBytes } from './sliding-output.ts';
import { alignedUp, memoryUpTo, type StreamExports, streamInstance } from './stream-exports.ts';

const codec = 'bzip2';
/** Level 9 has blocks of 900,000 bytes before runs are expanded. */
const mostBytes = 900_000;
/**
 * More than a block takes: 900,000 codes of up to 20 bits (two bytes and a half), and 60 KB of
 * tables.
 */
export const bzip2PackedInBytes: number = 2.5 * mostBytes + (64 << 10);
const pieceInBytes: number = 256 << 10;

/** Decodes the blocks of bzip2 files one after the other. */
export class Bzip2Blocks {
  readonly #exports: StreamExports;
  readonly #outputAt: number;
  readonly #wordsAt: number;
  #memory: Uint8Array = new Uint8Array(0);

  /** Throws what the platform throws where it lacks WebAssembly or its vectors. */
  constructor() {
    this.#exports = streamInstance();
    this.#outputAt = alignedUp(this.#exports.freeFrom(), 16);
    this.#wordsAt = this.#outputAt + pieceInBytes + slackInBytes;
  }

  /**
   * Reads a block at a bit of `packed`, after its checksum: of at most `limitInBytes` before runs
   * are expanded. Returns the bit after it. Throws `bad-data`.
   */
  read(packed: Uint8Array, bit: number, limitInBytes: number): number {
    const inputAt = alignedUp(this.#wordsAt + 4 * limitInBytes + slackInBytes, 16);
    const inputEnd = inputAt + packed.length;
    this.#memory = memoryUpTo(this.#exports, inputEnd + slackInBytes);
    this.#memory.set(packed, inputAt);
    // What is read after the end is the same, whatever block was here before.
    this.#memory.fill(0, inputEnd, inputEnd + slackInBytes);
    const failure = this.#exports.bzip2Read(
      inputAt,
      bit,
      packed.length,
      this.#wordsAt,
      limitInBytes,
    );
    if (failure !== 0) {
      throw refusal(codec, failure, packed.length, limitInBytes);
    }
    const end = this.#exports.bzip2Bit();
    if (end > 8 * packed.length) {
      throw badData(codec, `the stream ends early, after ${packed.length} bytes`);
    }
    return end;
  }

  /** The next piece of the block: a view, valid until the next call. Empty at its end. */
  next(): Uint8Array {
    const length = this.#exports.bzip2Write(this.#outputAt, pieceInBytes);
    return this.#memory.subarray(this.#outputAt, this.#outputAt + length);
  }

  /** The checksum of the pieces of the block so far. */
  get checksum(): number {
    return this.#exports.bzip2Crc() >>> 0;
  }
}
