import { tooLong } from '../bad-data.ts';
import { refusal } from '../wasm/refusal.ts';
import { SlidingOutput, slackInBytes } from './sliding-output.ts';
import { alignedUp, type StreamExports, streamInstance } from './stream-exports.ts';

/** What a block holds at most. Source: RFC 8878, section 3.1.1.2.3. */
export const zstdBlockInBytes: number = 128 << 10;
const codec = 'zstd';

/**
 * Decodes the blocks of zstd frames one after the other. Keeps what later blocks may refer to: the
 * window that the frame asks for, twice. What each call returns is a view, valid until the next.
 */
export class ZstdBlocks {
  readonly #exports: StreamExports;
  readonly #inputAt: number;
  readonly #output: SlidingOutput;

  /** Throws what the platform throws where it lacks WebAssembly or its vectors. */
  constructor() {
    this.#exports = streamInstance();
    this.#inputAt = alignedUp(this.#exports.freeFrom(), 16);
    const outputAt = this.#inputAt + zstdBlockInBytes + slackInBytes;
    this.#output = new SlidingOutput(this.#exports, outputAt, zstdBlockInBytes);
  }

  /** Begins a frame. The caller bounds the window. */
  startFrame(windowInBytes: number): void {
    this.#output.start(windowInBytes);
    this.#exports.zstdStartFrame();
    this.#exports.xxh64Start();
  }

  /** A block that is stored. Throws `bad-data` where it is larger than any. */
  stored(bytes: Uint8Array): Uint8Array {
    const { memory, at } = this.#prepared(bytes.length);
    memory.set(bytes, at);
    return this.#take(bytes.length);
  }

  /** A block of one byte that repeats. Throws `bad-data` where it is larger than any. */
  repeated(byte: number, lengthInBytes: number): Uint8Array {
    const { memory, at } = this.#prepared(lengthInBytes);
    memory.fill(byte, at, at + lengthInBytes);
    return this.#take(lengthInBytes);
  }

  /** A compressed block. Throws `bad-data`. */
  compressed(bytes: Uint8Array): Uint8Array {
    const { memory, at, first } = this.#prepared(bytes.length);
    memory.set(bytes, this.#inputAt);
    // What is read after the end is the same, whatever block was here before.
    memory.fill(0, this.#inputAt + bytes.length, this.#inputAt + bytes.length + 64);
    const length = this.#exports.zstdBlock(this.#inputAt, bytes.length, at, first);
    if (length < 0) {
      throw refusal(codec, length, bytes.length, zstdBlockInBytes);
    }
    return this.#take(length);
  }

  /** The low 32 bits of the xxHash of all that the frame holds so far. */
  get checksum(): number {
    return this.#exports.xxh64Low() >>> 0;
  }

  #prepared(lengthInBytes: number): SlidingOutput {
    if (lengthInBytes > zstdBlockInBytes) {
      throw tooLong(codec, zstdBlockInBytes);
    }
    this.#output.makeRoom();
    return this.#output;
  }

  #take(lengthInBytes: number): Uint8Array {
    this.#exports.xxh64Add(this.#output.at, lengthInBytes);
    return this.#output.take(lengthInBytes);
  }
}
