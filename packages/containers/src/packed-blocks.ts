import { BlockIndex, type ByteSource, type Damage, VmcorekitError } from '@vmcorekit/core';

/** 1 TiB in blocks of 64 KiB: 400 MiB of index. */
const maxBlocks: number = 1 << 24;
/** Takes some milliseconds. */
export const blocksPerStep = 1024;

/** The blocks of a file, as a walk through their heads finds them. */
export interface PackedBlocks {
  readonly index: BlockIndex;
  readonly damage: readonly Damage[];
}

/** An index of blocks that a hostile file cannot make larger than memory. */
export class BoundedIndex extends BlockIndex {
  readonly #name: string;
  readonly #advice: string;

  constructor(name: string, advice: string = `decompress it first: ${name} -dc FILE > DUMP`) {
    super();
    this.#name = name;
    this.#advice = advice;
  }

  override push(fileOffset: number, packedInBytes: number, unpackedInBytes: number): void {
    if (this.count === maxBlocks) {
      throw new VmcorekitError('unsupported', {
        what: `a ${this.#name} file of more than ${maxBlocks} blocks (at file offset ${fileOffset})`,
        advice: this.#advice,
      });
    }
    super.push(fileOffset, packedInBytes, unpackedInBytes);
  }
}

/** A number of four bytes; undefined where the file ends before them. */
export function wordAt(
  file: ByteSource,
  fileOffset: number,
  isLittle: boolean,
): number | undefined {
  const bytes = new Uint8Array(4);
  return file.readInto(fileOffset, bytes) === bytes.length
    ? new DataView(bytes.buffer).getUint32(0, isLittle)
    : undefined;
}
