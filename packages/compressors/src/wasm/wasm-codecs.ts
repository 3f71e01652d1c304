import { VmcorekitError } from '@vmcorekit/core';
import { badData } from '../bad-data.ts';
import { worstLzo1xSizeInBytes } from '../lzo1x-writer.ts';
import { codecsBinary } from './codecs-binary.ts';
import { refusal } from './refusal.ts';
import { instantiate, type WasmMemory } from './web-assembly.ts';

/** Dumps have pages of at most 64 KiB. The memory grows to this size where a caller passes more. */
const limitInBytes = 4 << 20;
const initialSizeInBytes = 64 << 10;
const blockSizeInBytes = 64 << 10;
/** The decoders may load and write this far after their areas. Source: src-wasm/index.ts. */
const slackInBytes = 1024;

/** The encoder holds the tokens of one page. Source: src-wasm/deflate.ts. */
export const deflateLimitInBytes: number = 64 << 10;
/** More than the head of a block and the wrapper need. */
const deflateHeadInBytes = 512;

/**
 * The exports of src-wasm/index.ts. Each decoder returns the length of its output, or a failure
 * code.
 */
interface Exports {
  readonly memory: WasmMemory;
  freeFrom(): number;
  readonly inflate: Decode;
  readonly lzo1xDecode: Decode;
  readonly snappyDecode: Decode;
  /** Writes within the limit, or returns -1. */
  readonly deflate: Decode;
  /** Writes up to the length of the worst stream, whatever room the caller has. */
  lzo1xEncode(input: number, sizeInBytes: number, output: number): number;
}

type Decode = (input: number, sizeInBytes: number, output: number, limitInBytes: number) => number;
export type Decoder = 'inflate' | 'lzo1xDecode' | 'snappyDecode';

/**
 * This package's decoders in WebAssembly: one small module, with stream and page side by side in
 * one memory.
 */
class WasmCodecs {
  readonly #exports: Exports;
  readonly #input: number;
  #capacityInBytes = 0;
  #output = 0;
  #memory: Uint8Array = new Uint8Array(0);

  constructor() {
    this.#exports = instantiate(codecsBinary) as Exports;
    this.#input = alignedUp(this.#exports.freeFrom(), 16);
    this.#reserve(initialSizeInBytes);
  }

  /**
   * Decodes into the start of `output` and returns the number of bytes written. For anything but
   * one whole stream it throws `bad-data` and writes nothing.
   */
  decode(codec: string, decoder: Decoder, input: Uint8Array, output: Uint8Array): number {
    if (input.length > limitInBytes) {
      throw badData(codec, `a stream of ${input.length} bytes is longer than any page`);
    }
    const limit = Math.min(output.length, limitInBytes);
    this.#reserve(Math.max(input.length, limit));
    this.#memory.set(input, this.#input);
    const length = this.#exports[decoder](this.#input, input.length, this.#output, limit);
    if (length < 0) {
      throw refusal(codec, length, input.length, limit);
    }
    output.set(this.#memory.subarray(this.#output, this.#output + length));
    return length;
  }

  /** Encodes `input` as LZO1X into the start of `output`; returns -1 where it does not fit. */
  encodeLzo1x(input: Uint8Array, output: Uint8Array): number {
    if (input.length > limitInBytes) {
      throw new VmcorekitError('contract', {
        what: `${input.length} bytes are more than any page`,
      });
    }
    this.#reserve(worstLzo1xSizeInBytes(input.length));
    this.#memory.set(input, this.#input);
    const length = this.#exports.lzo1xEncode(this.#input, input.length, this.#output);
    if (length > output.length) {
      return -1;
    }
    output.set(this.#memory.subarray(this.#output, this.#output + length));
    return length;
  }

  /**
   * Encodes `input`, of at most `deflateLimitInBytes`, as a zlib stream into the start of `output`;
   * returns -1 where it does not fit.
   */
  encodeZlib(input: Uint8Array, output: Uint8Array): number {
    const worstInBytes = 2 * input.length + deflateHeadInBytes;
    this.#reserve(worstInBytes);
    this.#memory.set(input, this.#input);
    const limit = Math.min(output.length, worstInBytes);
    const length = this.#exports.deflate(this.#input, input.length, this.#output, limit);
    if (length >= 0) {
      output.set(this.#memory.subarray(this.#output, this.#output + length));
    }
    return length;
  }

  #reserve(sizeInBytes: number): void {
    if (sizeInBytes <= this.#capacityInBytes) {
      return;
    }
    const { memory } = this.#exports;
    const areaInBytes = alignedUp(sizeInBytes + slackInBytes, blockSizeInBytes);
    const endInBytes = this.#input + 2 * areaInBytes;
    memory.grow(Math.max(0, Math.ceil((endInBytes - memory.buffer.byteLength) / blockSizeInBytes)));
    this.#memory = new Uint8Array(memory.buffer);
    this.#output = this.#input + areaInBytes;
    this.#capacityInBytes = sizeInBytes;
  }
}

function alignedUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

let shared: WasmCodecs | undefined;

/**
 * The one instance, made when first needed. Throws what WebAssembly throws where the platform lacks
 * it or its vectors.
 */
export function wasmCodecs(): WasmCodecs {
  shared ??= new WasmCodecs();
  return shared;
}

/**
 * False where the platform has no WebAssembly, or no vectors in it (Node before 16.4, Safari before
 * 16.4).
 */
export function hasWasmCodecs(): boolean {
  try {
    wasmCodecs();
    return true;
  } catch {
    return false;
  }
}
