import { streamsBinary } from '../wasm/streams-binary.ts';
import { instantiate, type WasmMemory } from '../wasm/web-assembly.ts';

/** The exports of src-wasm/streams.ts. Addresses are offsets in `memory`. */
export interface StreamExports {
  readonly memory: WasmMemory;
  freeFrom(): number;
  adler32(bytes: number, sizeInBytes: number, before: number): number;
  crc32(bytes: number, sizeInBytes: number, before: number): number;
  xxh32(bytes: number, sizeInBytes: number): number;
  lz4Decode(
    input: number,
    sizeInBytes: number,
    output: number,
    limitInBytes: number,
    historyInBytes: number,
  ): number;
  inflateStart(to: number, historyInBytes: number): void;
  inflateInput(from: number, bit: number, end: number, last: number, fileOffset: number): void;
  inflateEnterBlock(): number;
  inflateRun(limitInBytes: number): number;
  inflateProduced(): number;
  inflateBit(): number;
  inflateBlockBit(): number;
  inflateHistory(): number;
  inflateSlide(): void;
  lzmaStart(): void;
  /** 0 for properties that are none of LZMA2. */
  lzmaProperties(byte: number): number;
  lzmaResetState(): void;
  lzmaStored(count: number): void;
  lzmaChunk(
    input: number,
    sizeInBytes: number,
    output: number,
    lengthInBytes: number,
    first: number,
  ): number;
  bzip2Read(
    input: number,
    firstBit: number,
    sizeInBytes: number,
    words: number,
    limit: number,
  ): number;
  bzip2Write(output: number, room: number): number;
  bzip2Bit(): number;
  bzip2Crc(): number;
  crc64Start(): void;
  crc64Add(bytes: number, sizeInBytes: number): void;
  crc64Low(): number;
  crc64High(): number;
  zstdStartFrame(): void;
  zstdBlock(input: number, sizeInBytes: number, output: number, first: number): number;
  xxh64Start(): void;
  xxh64Add(bytes: number, sizeInBytes: number): void;
  xxh64Low(): number;
}

const blockSizeInBytes = 64 << 10;

/** A new instance, whose state no other shares. */
export function streamInstance(): StreamExports {
  return instantiate(streamsBinary) as StreamExports;
}

/** The memory, with room up to `endInBytes` at least. Views taken before are no longer valid. */
export function memoryUpTo({ memory }: StreamExports, endInBytes: number): Uint8Array {
  const missing = endInBytes - memory.buffer.byteLength;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / blockSizeInBytes));
  }
  return new Uint8Array(memory.buffer);
}

export function alignedUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
