import type { ByteOrder } from '@vmcorekit/core';

export interface WordReader {
  uint32(at: number): number;
  /** A field of the file's word size: exact below 2^53, inexact above. */
  word(at: number): number;
  /** The same field, always exact. */
  wide(at: number): bigint;
  /** Its low 32 bits. */
  lowBits(at: number): number;
}

/**
 * Reads words as numbers: in a table of millions, a bigint for each field would cost more than all
 * the rest.
 */
export function wordReader(
  bytes: Uint8Array,
  byteOrder: ByteOrder,
  wordSizeInBits: 32 | 64,
): WordReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = byteOrder === 'little';
  const uint32 = (at: number): number => view.getUint32(at, little);
  const [high, low] = little ? [4, 0] : [0, 4];
  const wide = (at: number): bigint =>
    wordSizeInBits === 32 ? BigInt(uint32(at)) : view.getBigUint64(at, little);
  return {
    uint32,
    wide,
    lowBits: wordSizeInBits === 32 ? uint32 : (at) => uint32(at + low),
    word: wordSizeInBits === 32 ? uint32 : (at) => uint32(at + high) * 2 ** 32 + uint32(at + low),
  };
}
