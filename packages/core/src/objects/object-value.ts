import { bitFieldValue } from '../bit-field.ts';
import { uint32At, uint64At } from '../memory/words.ts';
import type { ByteOrder } from '../spaces.ts';
import type { BitField, ValueType } from '../types.ts';

/** Whether one number is its value. */
export function isScalar(type: ValueType | null): boolean {
  return type?.kind === 'integer' || type?.kind === 'enumeration' || type?.kind === 'pointer';
}

/** Types do not say whether an enumeration is signed; one with a negative value is. */
export function isSigned(type: ValueType | null): boolean {
  return (
    (type?.kind === 'integer' && type.isSigned) ||
    (type?.kind === 'enumeration' && [...(type.values?.values() ?? [])].some((each) => each < 0n))
  );
}

/** The value in some bytes, or of a bit-field within them. */
export function unsignedValue(
  bytes: Uint8Array,
  bitField: BitField | null,
  byteOrder: ByteOrder,
): bigint {
  if (bitField !== null) {
    return bitFieldValue(bytes, bitField, byteOrder);
  }
  switch (bytes.length) {
    case 4:
      return BigInt(uint32At(bytes, 0, byteOrder));
    case 8:
      return uint64At(bytes, 0, byteOrder);
    default: {
      const ordered = byteOrder === 'little' ? bytes.toReversed() : bytes;
      return ordered.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    }
  }
}
