import type { ByteOrder } from '@vmcorekit/core';

/** Writes the fields of ELF structures one after the other; names as in the gABI's tables. */
export class WordWriter {
  readonly #view: DataView;
  readonly #isLittle: boolean;
  readonly #isWide: boolean;
  #at: number;

  constructor(bytes: Uint8Array, at: number, byteOrder: ByteOrder, wordSizeInBits: 32 | 64) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = byteOrder === 'little';
    this.#isWide = wordSizeInBits === 64;
    this.#at = at;
  }

  /** 16 bits. */
  half(value: number): void {
    this.#view.setUint16(this.#at, value, this.#isLittle);
    this.#at += 2;
  }

  /** 32 bits. */
  word(value: number): void {
    this.#view.setUint32(this.#at, value, this.#isLittle);
    this.#at += 4;
  }

  /** The file's word size: Elf_Addr, Elf_Off and Elf64_Xword. */
  address(value: number | bigint): void {
    if (this.#isWide) {
      this.#view.setBigUint64(this.#at, BigInt(value), this.#isLittle);
      this.#at += 8;
    } else {
      this.word(Number(value));
    }
  }
}
