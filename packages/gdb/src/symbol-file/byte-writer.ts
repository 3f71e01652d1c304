import type { ByteOrder } from '@vmcorekit/core';

const firstSizeInBytes = 64;

/** Bytes that grow as fields are written one after the other. */
export class ByteWriter {
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBytes: number;
  /** How many bytes were written. */
  length: number = 0;
  readonly #isLittle: boolean;
  #bytes: Uint8Array;
  #view: DataView;

  /** `expectedSizeInBytes` saves copies where about so many bytes will be written. */
  constructor(
    byteOrder: ByteOrder,
    wordSizeInBytes: number,
    expectedSizeInBytes: number = firstSizeInBytes,
  ) {
    this.#bytes = new Uint8Array(expectedSizeInBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.byteOrder = byteOrder;
    this.wordSizeInBytes = wordSizeInBytes;
    this.#isLittle = byteOrder === 'little';
  }

  uint8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  uint16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, this.#isLittle);
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, this.#isLittle);
  }

  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), this.#isLittle);
  }

  /** An address or a size, as wide as the machine's word. */
  word(value: bigint): void {
    if (this.wordSizeInBytes === 8) {
      this.uint64(value);
    } else {
      this.uint32(Number(BigInt.asUintN(32, value)));
    }
  }

  /** Unsigned LEB128. Source: DWARF 5, section 7.6. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.uint8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.uint8(rest);
  }

  /** Signed LEB128. */
  signed(value: number | bigint): void {
    let rest = BigInt(value);
    while (rest < -0x40n || rest >= 0x40n) {
      this.uint8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.uint8(Number(rest & 0x7fn));
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A text of Latin-1 with a NUL at its end, as names are in the kernel. */
  text(text: string): void {
    const at = this.#reserve(text.length + 1);
    for (let index = 0; index < text.length; index++) {
      this.#bytes[at + index] = text.charCodeAt(index);
    }
  }

  fill(count: number, value: number): void {
    const at = this.#reserve(count);
    this.#bytes.fill(value, at, at + count);
  }

  /** Fills with a value up to a multiple of a size from a start on. */
  align(sizeInBytes: number, value: number = 0, start: number = 0): void {
    this.fill((sizeInBytes - ((this.length - start) % sizeInBytes)) % sizeInBytes, value);
  }

  /** Writes 32 bits over what was written before. */
  patch32(at: number, value: number): void {
    this.#view.setUint32(at, value, this.#isLittle);
  }

  /** What was written. It stands until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(sizeInBytes: number): number {
    const at = this.length;
    const needed = at + sizeInBytes;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.written());
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.length = needed;
    return at;
  }
}
