import { type ByteOrder, type HeaderValue, VmcorekitError } from '@vmcorekit/core';
import { type FieldType, utsnameLength } from './layout.ts';

/** The size of a field. */
export function sizeOf(type: FieldType, wordSizeInBits: 32 | 64): number {
  switch (type) {
    case 'utsname':
      return utsnameLength;
    case 'u64':
      return 8;
    case 'long':
    case 'ulong':
      return wordSizeInBits / 8;
    default:
      return 4;
  }
}

/**
 * Writes one field by its type; negative numbers as two's complement. Throws `usage` for a value
 * that does not fit the field: text for a number or the other way round, or a utsname string of 65
 * characters or more.
 */
export function writeField(
  bytes: Uint8Array,
  byteOrder: ByteOrder,
  field: { readonly name: string; readonly type: FieldType },
  offset: number,
  value: HeaderValue,
  wordSizeInBits: 32 | 64,
): void {
  if (field.type === 'utsname') {
    const text = value === 0 ? '' : value;
    if (typeof text !== 'string' || text.length >= utsnameLength) {
      throw new VmcorekitError('usage', {
        what: field.name,
        got: String(value),
        allowed: `text of at most ${utsnameLength - 1} characters`,
      });
    }
    bytes.set(
      Array.from(text, (character) => character.charCodeAt(0)),
      offset,
    );
    return;
  }
  const bits = sizeOf(field.type, wordSizeInBits) * 8;
  const isWide = bits === 64;
  const number =
    typeof value === 'string' || (typeof value === 'number' && !Number.isSafeInteger(value))
      ? null
      : BigInt(value);
  if (number === null || number >= 2n ** BigInt(bits) || number < -(2n ** BigInt(bits - 1))) {
    throw new VmcorekitError('usage', {
      what: field.name,
      got: String(value),
      allowed: `an integer of ${bits} bits`,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isWide) {
    view.setBigUint64(offset, BigInt.asUintN(64, number), byteOrder === 'little');
  } else {
    view.setUint32(offset, Number(BigInt.asUintN(32, number)), byteOrder === 'little');
  }
}
