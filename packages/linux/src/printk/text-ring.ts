import { type KernelMemory, StructView, tryRead } from '@vmcorekit/core';
import { readFilled } from '../zero-page.ts';
import { refuse } from './log-record.ts';
import type { RingLayout } from './ring-layout.ts';

/** LOG_BUF_LEN_MAX in Linux, kernel/printk/printk.c. */
const maxSizeBits = 31;
/**
 * The values of `begin` and `next` for a record with an empty text: EMPTY_LINE_LPOS (NO_LPOS in
 * 5.10); 1 is FAILED_LPOS.
 */
const emptyPosition = 3n;

/**
 * A text, or why there is none. `cannotBe` is true where no intact ring, read by its true layout,
 * holds such a record.
 */
export type FoundText =
  | { readonly bytes: Uint8Array; readonly isProved: boolean }
  | { readonly bytes?: never; readonly because: string; readonly cannotBe: boolean };

/**
 * The data ring after the descriptors. Positions only rise: modulo the size they are offsets, above
 * it they count laps.
 */
export class TextRing {
  readonly #space: KernelMemory;
  readonly #wordSizeInBits: 32 | 64;
  readonly #data: bigint;
  readonly #sizeBits: bigint;
  readonly #byteOrder: 'little' | 'big';

  constructor(space: KernelMemory, layout: RingLayout, ring: StructView) {
    const { wordSizeInBits, printk_ringbuffer, prb_data_ring } = layout;
    const fields = new StructView(
      ring.slice(printk_ringbuffer.text_data_ring, prb_data_ring.size),
      ring.byteOrder,
      'prb_data_ring',
    );
    const sizeBits = fields.uint32(prb_data_ring.size_bits);
    if (sizeBits < 4 || sizeBits > maxSizeBits) {
      refuse('prb_data_ring', 'size_bits', `4 to ${maxSizeBits}`, sizeBits);
    }
    this.#space = space;
    this.#wordSizeInBits = wordSizeInBits;
    this.#data = fields.uintptr(prb_data_ring.data, wordSizeInBits);
    this.#sizeBits = BigInt(sizeBits);
    this.#byteOrder = ring.byteOrder;
  }

  /**
   * The text of the record `id`. Its block begins with that id, so an overwritten block is never
   * mistaken for it.
   */
  read(id: bigint, begin: bigint, next: bigint, textLengthInBytes: number): FoundText {
    if (begin === emptyPosition && next === emptyPosition) {
      return { bytes: new Uint8Array(0), isProved: false };
    }
    if ((begin & 1n) === 1n || (next & 1n) === 1n) {
      return { because: 'there was no room for its text', cannotBe: false };
    }
    const block = this.#block(begin, next);
    const idSizeInBytes = this.#wordSizeInBits / 8;
    if (block === undefined || block.sizeInBytes < idSizeInBytes) {
      return { because: 'its place in the text ring is impossible', cannotBe: true };
    }
    if (textLengthInBytes > block.sizeInBytes - idSizeInBytes) {
      return { because: 'its text is longer than its place', cannotBe: false };
    }
    const bytes = tryRead(() =>
      readFilled(this.#space, this.#data + block.offset, idSizeInBytes + textLengthInBytes),
    );
    if (bytes === undefined) {
      return { because: 'its text is not in the dump', cannotBe: false };
    }
    const view = new StructView(bytes, this.#byteOrder, 'prb_data_block');
    return view.uintptr(0, this.#wordSizeInBits) === id
      ? { bytes: view.slice(idSizeInBytes, textLengthInBytes), isProved: true }
      : { because: 'its text was overwritten', cannotBe: true };
  }

  /**
   * A block that does not fit before the end lies wholly at the start of the next lap. One may end
   * exactly where a lap ends.
   */
  #block(
    begin: bigint,
    next: bigint,
  ): { readonly offset: bigint; readonly sizeInBytes: number } | undefined {
    const offsetOf = (position: bigint) => BigInt.asUintN(Number(this.#sizeBits), position);
    const last = BigInt.asUintN(this.#wordSizeInBits, next - 1n);
    const laps = (last >> this.#sizeBits) - (begin >> this.#sizeBits);
    if (laps === 0n && begin < next) {
      return { offset: offsetOf(begin), sizeInBytes: Number(next - begin) };
    }
    const isNextLap = laps === 1n || (laps < 0n && last >> this.#sizeBits === 0n);
    return isNextLap ? { offset: 0n, sizeInBytes: Number(offsetOf(next)) } : undefined;
  }
}
