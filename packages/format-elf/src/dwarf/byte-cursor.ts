import { type ByteOrder, latin1UntilNul, VmcorekitError } from '@vmcorekit/core';

/** Bytes that encode 64 bits in LEB128. */
const maxLebInBytes = 10;

/**
 * Reads numbers one after the other. Beyond the end it reads zeros: millions of entries are read,
 * and one check after each (`check`) costs less than one for each number.
 */
export class ByteCursor {
  at: number;
  readonly bytes: Uint8Array;
  readonly #little: boolean;
  readonly #structure: string;
  /** The offset of the first byte in its section, for messages. */
  readonly #base: number;

  constructor(bytes: Uint8Array, byteOrder: ByteOrder, structure: string, base: number = 0) {
    this.bytes = bytes;
    this.at = 0;
    this.#little = byteOrder === 'little';
    this.#structure = structure;
    this.#base = base;
  }

  /** Throws `truncated` where a read went beyond the end. */
  check(): void {
    if (!(this.at <= this.bytes.length)) {
      throw new VmcorekitError('truncated', {
        structure: this.#structure,
        fileOffset: this.#base,
        wanted: this.at,
        got: this.bytes.length,
      });
    }
  }

  malformed(field: string, wanted: string, got: number): VmcorekitError {
    const fileOffset = this.#base + this.at;
    return new VmcorekitError('malformed', {
      structure: this.#structure,
      fileOffset,
      field,
      wanted,
      got,
    });
  }

  uint8(): number {
    return this.bytes[this.at++] ?? 0;
  }

  uint16(): number {
    const one = this.uint8();
    const other = this.uint8();
    return this.#little ? one | (other << 8) : (one << 8) | other;
  }

  uint24(): number {
    const [one, two, three] = [this.uint8(), this.uint8(), this.uint8()];
    return this.#little ? one | (two << 8) | (three << 16) : (one << 16) | (two << 8) | three;
  }

  uint32(): number {
    const one = this.uint16();
    const other = this.uint16();
    return (this.#little ? one | (other << 16) : (one << 16) | other) >>> 0;
  }

  /** Exact below 2^53. */
  uint64(): number {
    const one = this.uint32();
    const other = this.uint32();
    return this.#little ? other * 2 ** 32 + one : one * 2 ** 32 + other;
  }

  exactUint64(): bigint {
    const [one, other] = [BigInt(this.uint32()), BigInt(this.uint32())];
    return this.#little ? (other << 32n) | one : (one << 32n) | other;
  }

  /** An offset into a section: 4 bytes in 32-bit DWARF, 8 in 64-bit DWARF. */
  offset(is64: boolean): number {
    return is64 ? this.uint64() : this.uint32();
  }

  /** Exact below 2^53. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let step = 0; step < maxLebInBytes; step++) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        break;
      }
      scale *= 128;
    }
    return value;
  }

  exactUleb(): bigint {
    return this.#leb()[0];
  }

  exactSleb(): bigint {
    const [value, bits, isNegative] = this.#leb();
    return isNegative ? value - (1n << BigInt(bits)) : value;
  }

  /** A NUL-terminated text. */
  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = latin1UntilNul(this.bytes.subarray(this.at, end < 0 ? undefined : end));
    this.at = end < 0 ? this.bytes.length + 1 : end + 1;
    return text;
  }

  #leb(): [value: bigint, bits: number, isNegative: boolean] {
    let value = 0n;
    let bits = 0;
    let byte = 0x80;
    for (let step = 0; step < maxLebInBytes && byte >= 0x80; step++) {
      byte = this.uint8();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      bits += 7;
    }
    return [value, bits, (byte & 0x40) !== 0];
  }
}
