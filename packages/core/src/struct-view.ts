import { VmcorekitError } from './errors.ts';
import type { ByteOrder } from './spaces.ts';

/**
 * Fields of a structure by offset, in its byte order. Every access is checked: a field beyond the
 * bytes throws `truncated` with the structure's name and the file offset of the field.
 */
export class StructView {
  readonly structure: string;
  readonly fileOffset: number;
  readonly byteOrder: ByteOrder;
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, byteOrder: ByteOrder, structure: string, fileOffset: number = 0) {
    this.bytes = bytes;
    this.byteOrder = byteOrder;
    this.structure = structure;
    this.fileOffset = fileOffset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = byteOrder === 'little';
  }

  uint8(offset: number): number {
    return this.#view.getUint8(this.#checked(offset, 1));
  }

  uint16(offset: number): number {
    return this.#view.getUint16(this.#checked(offset, 2), this.#little);
  }

  uint32(offset: number): number {
    return this.#view.getUint32(this.#checked(offset, 4), this.#little);
  }

  int32(offset: number): number {
    return this.#view.getInt32(this.#checked(offset, 4), this.#little);
  }

  uint64(offset: number): bigint {
    return this.#view.getBigUint64(this.#checked(offset, 8), this.#little);
  }

  int64(offset: number): bigint {
    return this.#view.getBigInt64(this.#checked(offset, 8), this.#little);
  }

  /** A `long` or `unsigned long` of the given width, unsigned. */
  uintptr(offset: number, wordSizeInBits: 32 | 64): bigint {
    return wordSizeInBits === 64 ? this.uint64(offset) : BigInt(this.uint32(offset));
  }

  /**
   * A 64-bit field that must be an offset, a length or a count: throws `malformed` at 2^53 and
   * beyond.
   */
  uint53(offset: number, field: string): number {
    const value = this.uint64(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new VmcorekitError('malformed', {
        structure: this.structure,
        fileOffset: this.fileOffset + offset,
        field,
        wanted: 'a number below 2^53',
        got: value,
      });
    }
    return Number(value);
  }

  slice(offset: number, lengthInBytes: number): Uint8Array {
    this.#checked(offset, lengthInBytes);
    return this.bytes.subarray(offset, offset + lengthInBytes);
  }

  #checked(offset: number, lengthInBytes: number): number {
    if (offset < 0 || offset + lengthInBytes > this.bytes.length) {
      throw new VmcorekitError('truncated', {
        structure: this.structure,
        fileOffset: this.fileOffset + offset,
        wanted: lengthInBytes,
        got: Math.max(0, this.bytes.length - offset),
      });
    }
    return offset;
  }
}
