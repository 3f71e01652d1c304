import { tooLong } from '../bad-data.ts';
import { refusal } from '../wasm/refusal.ts';
import { alignedUp, memoryUpTo, type StreamExports, streamInstance } from './stream-exports.ts';

/** What a block holds at most. Source: RFC 8878, section 3.1.1.2.3. */
export const zstdBlockInBytes: number = 128 << 10;
/** The decoder may load and write this far after its areas. Source: src-wasm/index.ts. */
const slackInBytes = 1024;
const codec = 'zstd';

/**
 * Decodes the blocks of zstd frames one after the other. Keeps what later blocks may refer to: the
 * window that the frame asks for, twice.
 */
export class ZstdBlocks {
  readonly #exports: StreamExports;
  readonly #inputAt: number;
  readonly #outputAt: number;
  #memory: Uint8Array = new Uint8Array(0);
  #windowInBytes = 0;
  #roomInBytes = 0;
  /** Where the next block goes. */
  #at = 0;
  /** Where the frame begins, or what is left of it. */
  #first = 0;

  /** Throws what the platform throws where it lacks WebAssembly or its vectors. */
  constructor() {
    this.#exports = streamInstance();
    this.#inputAt = alignedUp(this.#exports.freeFrom(), 16);
    this.#outputAt = this.#inputAt + zstdBlockInBytes + slackInBytes;
  }

  /** Begins a frame. The caller bounds the window. */
  startFrame(windowInBytes: number): void {
    this.#windowInBytes = windowInBytes;
    this.#roomInBytes = windowInBytes + Math.max(windowInBytes, 8 * zstdBlockInBytes);
    this.#memory = memoryUpTo(
      this.#exports,
      this.#outputAt + this.#roomInBytes + zstdBlockInBytes + slackInBytes,
    );
    this.#at = this.#outputAt;
    this.#first = this.#outputAt;
    this.#exports.zstdStartFrame();
    this.#exports.xxh64Start();
  }

  /** A block that is stored. A view, valid until the next call. */
  stored(bytes: Uint8Array): Uint8Array {
    this.#makeRoom();
    this.#checkLength(bytes.length);
    this.#memory.set(bytes, this.#at);
    return this.#take(bytes.length);
  }

  /** A block of one byte that repeats. A view, valid until the next call. */
  repeated(byte: number, lengthInBytes: number): Uint8Array {
    this.#makeRoom();
    this.#checkLength(lengthInBytes);
    this.#memory.fill(byte, this.#at, this.#at + lengthInBytes);
    return this.#take(lengthInBytes);
  }

  /** A compressed block. A view, valid until the next call. Throws `bad-data`. */
  compressed(bytes: Uint8Array): Uint8Array {
    this.#makeRoom();
    this.#checkLength(bytes.length);
    this.#memory.set(bytes, this.#inputAt);
    // What is read after the end is the same, whatever block was here before.
    this.#memory.fill(0, this.#inputAt + bytes.length, this.#inputAt + bytes.length + 64);
    const length = this.#exports.zstdBlock(this.#inputAt, bytes.length, this.#at, this.#first);
    if (length < 0) {
      throw refusal(codec, length, bytes.length, zstdBlockInBytes);
    }
    return this.#take(length);
  }

  /** The low 32 bits of the xxHash of all that the frame holds so far. */
  get checksum(): number {
    return this.#exports.xxh64Low() >>> 0;
  }

  #take(lengthInBytes: number): Uint8Array {
    const start = this.#at;
    this.#at += lengthInBytes;
    this.#exports.xxh64Add(start, lengthInBytes);
    return this.#memory.subarray(start, this.#at);
  }

  #checkLength(lengthInBytes: number): void {
    if (lengthInBytes > zstdBlockInBytes) {
      throw tooLong(codec, zstdBlockInBytes);
    }
  }

  /** Moves the window to the start where a block might not fit after it. */
  #makeRoom(): void {
    if (this.#at - this.#outputAt > this.#roomInBytes) {
      const from = this.#at - this.#windowInBytes;
      this.#memory.copyWithin(this.#outputAt, from, this.#at);
      this.#at = this.#outputAt + this.#windowInBytes;
    }
  }
}
