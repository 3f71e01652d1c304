import {
  BlockSource,
  type ByteRange,
  type ByteSource,
  hex,
  JoinedSource,
  lowestIndex,
  VmcorekitError,
} from '@vmcorekit/core';
import type { LostParts } from '../lost-parts.ts';
import { type ChunkDecoder, codec } from './chunk-decoder.ts';
import type { Segment } from './open-set.ts';
import type { PlacedChunks } from './place-chunks.ts';

/** The image in a set. A read of what the set has lost throws `bad-data`: it is not zero. */
export class EwfSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly #chunks: BlockSource;
  readonly #lost: LostParts;

  constructor(name: string, chunks: BlockSource, lost: LostParts) {
    this.name = name;
    this.sizeInBytes = chunks.sizeInBytes;
    this.#chunks = chunks;
    this.#lost = lost;
  }

  readInto(offset: number, target: Uint8Array): number {
    for (const lost of this.#lost.in(offset, target.length)) {
      this.#chunks.readInto(offset, target.subarray(0, lost.offset - offset));
      throw new VmcorekitError('bad-data', {
        codec,
        because: `a part of the image is lost, from its offset ${hex(lost.offset)} on: ${lost.because}`,
      });
    }
    return this.#chunks.readInto(offset, target);
  }

  lostRanges(offset: number, lengthInBytes: number): Iterable<ByteRange> {
    return this.#lost.in(offset, lengthInBytes);
  }

  [Symbol.dispose](): void {
    this.#chunks[Symbol.dispose]();
  }
}

/** Segments after each other, and where each begins. */
export class JoinedSegments {
  readonly source: JoinedSource;
  readonly #segments: readonly Segment[];
  readonly #starts: ReadonlyMap<Segment, number>;

  constructor(name: string, members: readonly (Segment | string)[]) {
    this.#segments = members.filter((member) => typeof member !== 'string');
    const starts = new Map<Segment, number>();
    let start = 0;
    for (const segment of this.#segments) {
      starts.set(segment, start);
      start += segment.source.sizeInBytes;
    }
    this.#starts = starts;
    this.source = new JoinedSource(
      name,
      this.#segments.map(({ source }) => source),
    );
  }

  startOf(segment: Segment): number {
    return this.#starts.get(segment) ?? 0;
  }

  /** The segment that holds an offset, and where in it. */
  placeOf(offset: number): { readonly file: string; readonly fileOffset: number } {
    const after = lowestIndex(this.#segments.length, (index) => {
      const segment = this.#segments[index];
      return segment !== undefined && this.startOf(segment) <= offset;
    });
    const segment = this.#segments[after - 1];
    return segment === undefined
      ? { file: this.source.name, fileOffset: offset }
      : { file: segment.name, fileOffset: offset - this.startOf(segment) };
  }
}

/** The chunks of an image, decoded when they are read. */
export function chunkSource(
  name: string,
  segments: JoinedSegments,
  { index, packed: packedBlocks }: PlacedChunks,
  decoder: ChunkDecoder,
): BlockSource {
  return new BlockSource(segments.source, {
    name,
    codec,
    index,
    placeOf: (offset) => segments.placeOf(offset),
    decode: (packed, unpacked, block) =>
      block === index.count - 1
        ? decoder.decodeLast(packed, unpacked, packedBlocks.has(block))
        : decoder.decode(packed, unpacked, packedBlocks.has(block)),
  });
}
