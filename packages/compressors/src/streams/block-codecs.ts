import { refusal } from '../wasm/refusal.ts';
import { alignedUp, memoryUpTo, type StreamExports, streamInstance } from './stream-exports.ts';

/** The decoders may load and write this far after their areas. Source: src-wasm/index.ts. */
const slackInBytes = 1024;
/** Sums are made of pieces of this size, so that any number of bytes can be summed. */
const pieceInBytes = 256 << 10;
const nothing = new Uint8Array(0);

/** Decodes blocks of whole files, and computes their checksums, in one WebAssembly memory. */
export class BlockCodecs {
  readonly #exports: StreamExports;
  readonly #start: number;
  #memory: Uint8Array = nothing;

  /** Throws what the platform throws where it lacks WebAssembly or its vectors. */
  constructor() {
    this.#exports = streamInstance();
    this.#start = alignedUp(this.#exports.freeFrom(), 16);
  }

  /**
   * Decodes an LZ4 block into the start of `output` and returns the number of bytes written. Its
   * matches may reach back into `history`, what the blocks before it hold. Throws `bad-data`, and
   * writes nothing then.
   */
  lz4(input: Uint8Array, output: Uint8Array, history: Uint8Array = nothing): number {
    const historyAt = alignedUp(this.#start + input.length + slackInBytes, 16);
    const outputAt = historyAt + history.length;
    this.#reserve(outputAt + output.length + slackInBytes);
    this.#memory.set(input, this.#start);
    this.#memory.set(history, historyAt);
    const length = this.#exports.lz4Decode(
      this.#start,
      input.length,
      outputAt,
      output.length,
      history.length,
    );
    if (length < 0) {
      throw refusal('lz4', length, input.length, output.length);
    }
    output.set(this.#memory.subarray(outputAt, outputAt + length));
    return length;
  }

  /** The CRC-32 of the bytes, or of bytes with that sum and then these. */
  crc32(bytes: Uint8Array, before: number = 0): number {
    return this.#summed(bytes, before, 'crc32');
  }

  /** The Adler-32 of the bytes, or of bytes with that sum and then these. */
  adler32(bytes: Uint8Array, before: number = 1): number {
    return this.#summed(bytes, before, 'adler32');
  }

  /** The xxHash of 32 bits of the bytes, with seed 0. */
  xxh32(bytes: Uint8Array): number {
    this.#reserve(this.#start + bytes.length + slackInBytes);
    this.#memory.set(bytes, this.#start);
    return this.#exports.xxh32(this.#start, bytes.length) >>> 0;
  }

  #summed(bytes: Uint8Array, before: number, sum: 'crc32' | 'adler32'): number {
    this.#reserve(this.#start + pieceInBytes + slackInBytes);
    let result = before;
    for (let at = 0; at < bytes.length; at += pieceInBytes) {
      const piece = bytes.subarray(at, at + pieceInBytes);
      this.#memory.set(piece, this.#start);
      result = this.#exports[sum](this.#start, piece.length, result);
    }
    return result >>> 0;
  }

  #reserve(endInBytes: number): void {
    if (this.#memory.length < endInBytes) {
      this.#memory = memoryUpTo(this.#exports, endInBytes);
    }
  }
}

let shared: BlockCodecs | undefined;

/** The one instance, made when first needed. Throws what `BlockCodecs` throws. */
export function blockCodecs(): BlockCodecs {
  shared ??= new BlockCodecs();
  return shared;
}
