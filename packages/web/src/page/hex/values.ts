import type { MemoryShape } from '../../protocol/memory-calls.ts';

/** A number that begins at a byte. */
export interface NumberAt {
  readonly name: 'u8' | 'u16' | 'u32' | 'u64';
  /** Null where a byte of it is not known. */
  readonly value: bigint | null;
  readonly sizeInBytes: 1 | 2 | 4 | 8;
}

/**
 * The numbers that begin with some bytes.
 *
 * @param bytes as many of the next eight as are known
 */
export function numbersAt(
  bytes: readonly number[],
  byteOrder: MemoryShape['byteOrder'],
): readonly NumberAt[] {
  return ([1, 2, 4, 8] as const).map((sizeInBytes) => {
    const own = bytes.slice(0, sizeInBytes);
    const ordered = byteOrder === 'big' ? own : own.toReversed();
    return {
      name: `u${(8 * sizeInBytes) as 8 | 16 | 32 | 64}`,
      sizeInBytes,
      value:
        own.length < sizeInBytes
          ? null
          : ordered.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
    };
  });
}
