import type { ByteOrder } from '@vmcorekit/core';

/** Writes the fields of structures one after the other. Unwritten bytes stay zero. */
export class StructWriter {
  #bytes: Uint8Array = new Uint8Array(4096);
  #view: DataView = new DataView(this.#bytes.buffer);
  #sizeInBytes = 0;
  readonly #wordSizeInBits: 32 | 64;
  readonly #byteOrder: ByteOrder;

  constructor(wordSizeInBits: 32 | 64, byteOrder: ByteOrder) {
    this.#wordSizeInBits = wordSizeInBits;
    this.#byteOrder = byteOrder;
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#sizeInBytes);
  }

  /** Half: 16 bits, word: 32 bits, address: the file's word size. Names as in the gABI's tables. */
  field(at: number, type: 'byte' | 'half' | 'word' | 'address', value: number | bigint): number {
    const size =
      type === 'byte' ? 1 : type === 'half' ? 2 : type === 'word' ? 4 : this.#wordSizeInBits / 8;
    const little = this.#byteOrder === 'little';
    this.#reserve(at + size);
    if (size === 8) {
      this.#view.setBigUint64(at, BigInt(value), little);
    } else if (size === 4) {
      this.#view.setUint32(at, Number(BigInt.asUintN(32, BigInt(value))), little);
    } else if (size === 2) {
      this.#view.setUint16(at, Number(value), little);
    } else {
      this.#view.setUint8(at, Number(value));
    }
    return at + size;
  }

  /** Returns the offset after the data. */
  data(at: number, data: Uint8Array): number {
    this.#reserve(at + data.length);
    this.#bytes.set(data, at);
    return at + data.length;
  }

  #reserve(end: number): void {
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#sizeInBytes = Math.max(this.#sizeInBytes, end);
  }
}
