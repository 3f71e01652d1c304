import { type HeaderValue, latin1UntilNul, type StructView } from '@vmcorekit/core';
import { type FieldType, utsnameLength } from './layout.ts';

/**
 * Reads one field by its type. `long`, `ulong` and `u64` become bigint, so that 32-bit and 64-bit
 * files look the same.
 */
export function readField(
  view: StructView,
  type: FieldType,
  offset: number,
  wordSizeInBits: 32 | 64,
): HeaderValue {
  switch (type) {
    case 'i32':
      return view.int32(offset);
    case 'u32':
      return view.uint32(offset);
    case 'u64':
      return view.uint64(offset);
    case 'long':
      return BigInt.asIntN(wordSizeInBits, view.uintptr(offset, wordSizeInBits));
    case 'ulong':
      return view.uintptr(offset, wordSizeInBits);
    case 'utsname':
      return latin1UntilNul(view.slice(offset, utsnameLength));
  }
}
