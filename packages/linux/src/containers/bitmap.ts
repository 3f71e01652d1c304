import { type ByteOrder, hex, type VirtualAddress } from '@vmcorekit/core';
import { type Containers, damageOf, type WalkNotes, type WalkOptions } from './walk.ts';

/** In bits. The largest that a kernel has: one for each of a million files, with room to spare. */
const bitLimit = 2 ** 26;
const pieceInBytes = 4096;

/** How many bytes a bitmap has: whole words, as the kernel keeps it. */
export function bitmapSizeInBytes(bits: number, wordSizeInBits: 32 | 64): number {
  return Math.ceil(bits / wordSizeInBits) * (wordSizeInBits / 8);
}

/**
 * The numbers of the bits that are set, ascending. The bytes are whole words. Bit 0 is the lowest
 * of the first word. Source: Linux, include/linux/bitmap.h.
 */
export function* setBits(
  bytes: Uint8Array,
  bits: number,
  {
    byteOrder,
    wordSizeInBits,
  }: { readonly byteOrder: ByteOrder; readonly wordSizeInBits: 32 | 64 },
): Generator<number, void, void> {
  // In big endian, a word's bits ascend from its last byte on.
  const flip = byteOrder === 'little' ? 0 : wordSizeInBits / 8 - 1;
  for (let index = 0; index < bytes.length && index * 8 < bits; index++) {
    const byte = bytes[index ^ flip] ?? 0;
    for (let bit = 0; byte >> bit !== 0; bit++) {
      if ((byte >> bit) & 1 && index * 8 + bit < bits) {
        yield index * 8 + bit;
      }
    }
  }
}

/**
 * The numbers of the bits that are set in a bitmap in memory, ascending. What cannot be read goes
 * to the notes, and the walk goes on after it. `limit` is the most bits that are looked at.
 */
export function* bitmapBits(
  { memory }: Pick<Containers, 'memory'>,
  address: VirtualAddress,
  bits: number,
  notes: WalkNotes,
  { limit = bitLimit, name = `the bitmap at ${hex(address)}` }: WalkOptions = {},
): Generator<number, void, void> {
  const damage = damageOf(notes, name);
  const wanted = Math.min(bits, limit);
  const size = bitmapSizeInBytes(wanted, memory.wordSizeInBits);
  // Pieces end where pages do, so that a lost page takes no other bits with it.
  const inPage = Number(address % BigInt(pieceInBytes));
  for (let done = 0; done < size; ) {
    const length = Math.min(size - done, pieceInBytes - ((inPage + done) % pieceInBytes));
    const at = address + BigInt(done);
    const bytes = memory.tryRead(at, length);
    if (bytes === undefined) {
      damage(at, `bits ${done * 8} to ${Math.min(wanted, (done + length) * 8) - 1} cannot be read`);
    } else {
      for (const bit of setBits(bytes, wanted - done * 8, memory)) {
        yield done * 8 + bit;
      }
    }
    done += length;
  }
  if (wanted < bits) {
    damage(address, `it has ${bits} bits, of which the first ${limit} were looked at`);
  }
}
