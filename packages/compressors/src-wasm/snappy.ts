import { badDeclaredLength, badDistance, endsEarly, tooLong } from '../src/wasm/failure-codes';
import { copyLiterals, copyMatch } from './copy-match';

/**
 * Decodes the snappy block of `size` bytes at `input` to `output`. Returns the number of bytes in
 * it, or a failure. The block must end where the input does. Source: google/snappy,
 * format_description.txt; it refuses what `snappyLength` refuses.
 */
export function snappyDecode(input: usize, size: usize, output: usize, limit: usize): i32 {
  const end = input + size;
  store<u64>(end, 0);
  let from = input;
  let declared: u64 = 0;
  for (let shift: u64 = 0; ; shift += 7) {
    if (from >= end) {
      return endsEarly;
    }
    const next: u64 = load<u8>(from);
    from++;
    declared += (next & 0x7f) << shift;
    if (declared > <u64>limit) {
      return tooLong;
    }
    if (next < 0x80) {
      break;
    }
    if (shift === 28) {
      return badDeclaredLength;
    }
  }

  let at = output;
  const outputEnd = output + <usize>declared;
  while (from < end) {
    const tag: u32 = load<u8>(from);
    from++;
    if ((tag & 3) === 0) {
      let count: u32 = (tag >> 2) + 1;
      if (count > 60) {
        const sizeInBytes = count - 60;
        const last = load<u32>(from) & (0xffffffff >> ((4 - sizeInBytes) << 3));
        from += sizeInBytes;
        if (from > end || last >= <u32>(end - from)) {
          return endsEarly;
        }
        count = last + 1;
      }
      if (from + count > end) {
        return endsEarly;
      }
      if (at + count > outputEnd) {
        return badDeclaredLength;
      }
      copyLiterals(at, from, count);
      at += count;
      from += count;
      continue;
    }
    let distance: usize;
    let count: u32;
    if ((tag & 3) === 1) {
      distance = ((tag >> 5) << 8) + load<u8>(from);
      count = ((tag >> 2) & 7) + 4;
      from++;
    } else {
      count = (tag >> 2) + 1;
      if ((tag & 3) === 2) {
        distance = load<u16>(from);
        from += 2;
      } else {
        distance = load<u32>(from);
        from += 4;
      }
    }
    if (from > end) {
      return endsEarly;
    }
    // 0 wraps to the farthest of all.
    if (distance - 1 >= at - output) {
      return badDistance;
    }
    if (at + count > outputEnd) {
      return badDeclaredLength;
    }
    copyMatch(at, distance, count);
    at += count;
  }
  return at === outputEnd ? <i32>declared : badDeclaredLength;
}
