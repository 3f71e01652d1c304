import type { ByteOrder } from './spaces.ts';
import type { BitField } from './types.ts';

/** How many bytes hold a bit-field, from the byte of its first bit on. */
export function bitFieldSizeInBytes({ firstBit, sizeInBits }: BitField): number {
  return Math.ceil((firstBit + sizeInBits) / 8);
}

/** The value of a bit-field, unsigned; `bytes` are those that hold it. */
export function bitFieldValue(
  bytes: Uint8Array,
  { firstBit, sizeInBits }: BitField,
  byteOrder: ByteOrder,
): bigint {
  const isLittle = byteOrder === 'little';
  const all = (isLittle ? bytes.toReversed() : bytes).reduce(
    (value, byte) => (value << 8n) | BigInt(byte),
    0n,
  );
  return BigInt.asUintN(
    sizeInBits,
    all >> BigInt(isLittle ? firstBit : bytes.length * 8 - firstBit - sizeInBits),
  );
}
