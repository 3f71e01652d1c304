import type { ByteOrder } from '../spaces.ts';

// One scratch word: page walks and lookups read millions of words, and a view for each would cost
// more than the word.
const scratch: DataView = new DataView(new ArrayBuffer(8));

/** The 32-bit word at an offset. It must lie within the bytes. */
export function uint32At(bytes: Uint8Array, at: number, byteOrder: ByteOrder): number {
  return byteOrder === 'little' ? uint32LittleAt(bytes, at) : uint32BigAt(bytes, at);
}

/** The 64-bit word at an offset. It must lie within the bytes. */
export function uint64At(bytes: Uint8Array, at: number, byteOrder: ByteOrder): bigint {
  if (byteOrder === 'little') {
    scratch.setUint32(0, uint32LittleAt(bytes, at + 4));
    scratch.setUint32(4, uint32LittleAt(bytes, at));
  } else {
    scratch.setUint32(0, uint32BigAt(bytes, at));
    scratch.setUint32(4, uint32BigAt(bytes, at + 4));
  }
  return scratch.getBigUint64(0);
}

function uint32LittleAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}

function uint32BigAt(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
