import { Inflater } from '@vmcorekit/compressors';
import {
  BlockIndex,
  BlockSource,
  type ByteSource,
  isVmcorekitError,
  VmcorekitError,
} from '@vmcorekit/core';
import type { DeflateIndex } from './index-stream.ts';
import type { DeflateWrapping } from './wrapping.ts';

/** The decoder reads a little more than it uses. */
const slackInBytes = 64;

/** What an indexed file holds: each stretch between two access points is a block. */
export function deflateSource(
  file: ByteSource,
  wrapping: DeflateWrapping,
  index: DeflateIndex,
): BlockSource {
  const { name } = wrapping;
  const decoder = new SpanDecoder(file, wrapping, index);
  return new BlockSource(file, {
    name: `${name}(${file.name})`,
    codec: name,
    index: blocksOf(index),
    decode: (packed, unpacked, span) => decoder.decode(packed, unpacked, span),
  });
}

function blocksOf({ points, unpackedSizeInBytes, packedEnd }: DeflateIndex): BlockIndex {
  const blocks = new BlockIndex(points.count);
  for (let span = 0; span < points.count; span++) {
    const isLast = span === points.count - 1;
    const from = Math.floor(points.place(span).bit / 8);
    const to = isLast ? packedEnd : Math.ceil(points.place(span + 1).bit / 8) + slackInBytes;
    const end = isLast ? unpackedSizeInBytes : (points.starts[span + 1] ?? 0);
    blocks.push(from, Math.min(to, packedEnd) - from, end - (points.starts[span] ?? 0));
  }
  return blocks;
}

/** Decodes what lies between two access points; other streams may begin there. */
class SpanDecoder {
  readonly #file: ByteSource;
  readonly #wrapping: DeflateWrapping;
  readonly #index: DeflateIndex;
  #decoder: Inflater | undefined;

  constructor(file: ByteSource, wrapping: DeflateWrapping, index: DeflateIndex) {
    this.#file = file;
    this.#wrapping = wrapping;
    this.#index = index;
  }

  get #inflater(): Inflater {
    this.#decoder ??= new Inflater(this.#wrapping.name);
    return this.#decoder;
  }

  decode(packed: Uint8Array, unpacked: Uint8Array, span: number): number {
    const { points } = this.#index;
    const place = points.place(span);
    const from = Math.floor(place.bit / 8);
    const read = (at: number, target: Uint8Array): number => {
      if (at < from) {
        // The head of the block around the point, which may lie far before it.
        return this.#file.readInto(at, target);
      }
      const part = packed.subarray(at - from, at - from + target.length);
      target.set(part);
      return part.length;
    };
    let done = 0;
    this.#inflater.begin(read, place, points.window(span));
    for (;;) {
      const hasEnded = this.#decodeMore(unpacked.length - done);
      const part = this.#inflater.output.subarray(0, unpacked.length - done);
      unpacked.set(part, done);
      done += part.length;
      if (done === unpacked.length) {
        return done;
      }
      this.#inflater.clear();
      if (hasEnded) {
        this.#beginNext(read);
      }
    }
  }

  /** Damage after the last byte that is wanted is no matter. */
  #decodeMore(wanted: number): boolean {
    try {
      return this.#inflater.next(wanted) === 'ended';
    } catch (error) {
      if (isVmcorekitError(error, 'bad-data') && this.#inflater.output.length >= wanted) {
        return false;
      }
      throw error;
    }
  }

  #beginNext(read: (at: number, target: Uint8Array) => number): void {
    const at = this.#inflater.fileOffset + this.#wrapping.trailerInBytes;
    const start = this.#wrapping.streamStart(this.#file, at);
    if (start === undefined) {
      throw new VmcorekitError('bad-data', {
        codec: this.#wrapping.name,
        because: 'it holds less than when it was indexed',
      });
    }
    this.#inflater.begin(read, { bit: start * 8, blockBit: start * 8 }, new Uint8Array(0));
  }
}
