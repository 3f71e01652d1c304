import {
  BlockIndex,
  BlockSource,
  type ByteSource,
  type Compressor,
  lowestIndex,
  VmcorekitError,
} from '@vmcorekit/core';
import { chunkDecoder, maxUnpackedInBytes } from './framed-snappy.ts';

/** The most chunks of a file: of 64 KiB each, they hold 1 TiB. */
const maxChunks: number = 16 * 1024 * 1024;

/** What the ranges of a file hold, one after the other, if any of them is packed. */
export class PackedContents {
  readonly #index: BlockIndex = new BlockIndex();
  /** The blocks that are no chunks but memory as it is: from, and to without. */
  readonly #plain: { readonly from: number; readonly to: number }[] = [];

  get sizeInBytes(): number {
    return this.#index.unpackedSizeInBytes;
  }

  /** Adds a chunk of framed snappy. Throws `malformed` for more than a file may have. */
  addChunk(fileOffset: number, packedSizeInBytes: number, unpackedSizeInBytes: number): void {
    if (this.#index.count === maxChunks) {
      throw new VmcorekitError('malformed', {
        structure: 'AVML file',
        fileOffset,
        field: 'the number of chunks',
        wanted: `at most ${maxChunks}`,
        got: 'more',
      });
    }
    this.#index.push(fileOffset, packedSizeInBytes, unpackedSizeInBytes);
  }

  /** Adds memory that the file holds as it is. */
  addPlain(fileOffset: number, sizeInBytes: number): void {
    const from = this.#index.count;
    for (let done = 0; done < sizeInBytes; done += maxUnpackedInBytes) {
      const length = Math.min(maxUnpackedInBytes, sizeInBytes - done);
      this.addChunk(fileOffset + done, length, length);
    }
    this.#plain.push({ from, to: this.#index.count });
  }

  /** The contents, which decode chunks on demand. */
  sourceOf(file: ByteSource, snappy: Compressor): ByteSource {
    const decode = chunkDecoder(snappy);
    return new BlockSource(file, {
      name: `avml(${file.name})`,
      codec: 'framed snappy',
      index: this.#index.trim(),
      decode: (packed, unpacked, index) => {
        if (!this.#isPlain(index)) {
          return decode(packed, unpacked, index);
        }
        unpacked.set(packed);
        return packed.length;
      },
    });
  }

  #isPlain(block: number): boolean {
    const run =
      this.#plain[
        lowestIndex(this.#plain.length, (index) => (this.#plain[index]?.to ?? 0) <= block)
      ];
    return run !== undefined && run.from <= block;
  }
}
