import {
  BlockIndex,
  type ByteSource,
  checkInside,
  type Damage,
  VmcorekitError,
} from '@vmcorekit/core';

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

/** Reads one packed block after the other into the same room: a new one for each keeps V8 busy. */
export class PackedReader {
  #room: Uint8Array = new Uint8Array(0);

  /** A view, valid until the next read. Throws `truncated` as `readExactly` does. */
  read(file: ByteSource, fileOffset: number, lengthInBytes: number, structure: string): Uint8Array {
    checkInside(file, fileOffset, lengthInBytes, structure);
    if (this.#room.length < lengthInBytes) {
      this.#room = new Uint8Array(lengthInBytes);
    }
    const bytes = this.#room.subarray(0, lengthInBytes);
    const got = file.readInto(fileOffset, bytes);
    if (got !== lengthInBytes) {
      throw new VmcorekitError('truncated', { structure, fileOffset, wanted: lengthInBytes, got });
    }
    return bytes;
  }
}
