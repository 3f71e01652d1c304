import { Bzip2Blocks } from '@vmcorekit/compressors';
import { BlockSource, type ByteSource, hasAt, latin1Bytes } from '@vmcorekit/core';
import { endsOf, misfitOf, sumOf } from '../kept-index.ts';
import { BoundedIndex } from '../packed-blocks.ts';
import { type Bzip2Block, decodeBlock } from './pieces.ts';

const mark = 'vmcorekit bzip2 index\n\0\0';
const version = 1;
const header = {
  version: 24,
  checksum: 28,
  fileSize: 32,
  ends: 40,
  count: 44,
  sizeInBytes: 48,
} as const;
const entry = { bit: 0, end: 8, unpacked: 16, level: 20, sizeInBytes: 24 } as const;

/** Where the blocks of a file begin, to decode each when it is read. */
export class BlockList {
  readonly #index = new BoundedIndex('bzip2');
  /** Of each block: the bit in its first byte, and its level. */
  readonly #bits: number[] = [];
  readonly #levels: number[] = [];

  add({ bit, level, end, unpackedInBytes }: Bzip2Block): void {
    const start = Math.floor(bit / 8);
    this.#index.push(start, end - start, unpackedInBytes);
    this.#bits.push(bit % 8);
    this.#levels.push(level);
  }

  /** What the file holds. */
  source(file: ByteSource): BlockSource {
    const blocks = new Bzip2Blocks();
    return new BlockSource(file, {
      name: `bzip2(${file.name})`,
      codec: 'bzip2',
      index: this.#index,
      decode: (packed, unpacked, index) =>
        decodeBlock(packed, this.#bits[index] ?? 0, this.#levels[index] ?? 9, unpacked, blocks),
    });
  }

  /** The list as bytes to keep. */
  encode(file: ByteSource): Uint8Array {
    const { count } = this.#index;
    const bytes = new Uint8Array(header.sizeInBytes + count * entry.sizeInBytes);
    const view = new DataView(bytes.buffer);
    bytes.set(latin1Bytes(mark));
    view.setUint32(header.version, version, true);
    view.setFloat64(header.fileSize, file.sizeInBytes, true);
    view.setUint32(header.ends, endsOf(file), true);
    view.setUint32(header.count, count, true);
    for (let index = 0; index < count; index++) {
      const at = header.sizeInBytes + index * entry.sizeInBytes;
      const start = this.#index.packedOffset(index);
      view.setFloat64(at + entry.bit, 8 * start + (this.#bits[index] ?? 0), true);
      view.setFloat64(at + entry.end, start + this.#index.packedLengthInBytes(index), true);
      const unpacked = this.#index.unpackedEnd(index) - this.#index.unpackedStart(index);
      view.setUint32(at + entry.unpacked, unpacked, true);
      view.setUint32(at + entry.level, this.#levels[index] ?? 0, true);
    }
    view.setUint32(header.checksum, sumOf(bytes, header.checksum + 4), true);
    return bytes;
  }

  /** Decodes a kept list, or says why it is not of this file. */
  static decode(kept: Uint8Array, file: ByteSource): BlockList | { readonly because: string } {
    if (kept.length < header.sizeInBytes || !hasAt(kept, 0, mark)) {
      return { because: 'it is no index of a bzip2 file' };
    }
    const view = new DataView(kept.buffer, kept.byteOffset, kept.byteLength);
    const count = view.getUint32(header.count, true);
    const isWhole =
      view.getUint32(header.version, true) === version &&
      kept.length === header.sizeInBytes + count * entry.sizeInBytes &&
      view.getUint32(header.checksum, true) === sumOf(kept, header.checksum + 4);
    if (!isWhole) {
      return { because: 'it is damaged, or of another version' };
    }
    const fileSize = view.getFloat64(header.fileSize, true);
    const misfit = misfitOf({ fileSize, ends: view.getUint32(header.ends, true) }, file);
    if (misfit !== undefined) {
      return misfit;
    }
    const list = new BlockList();
    for (let index = 0; index < count; index++) {
      const at = header.sizeInBytes + index * entry.sizeInBytes;
      list.add({
        bit: view.getFloat64(at + entry.bit, true),
        end: view.getFloat64(at + entry.end, true),
        unpackedInBytes: view.getUint32(at + entry.unpacked, true),
        level: view.getUint32(at + entry.level, true),
      });
    }
    return list;
  }
}
