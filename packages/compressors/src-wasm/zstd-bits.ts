/**
 * A stream that is read from its end backwards. Its last byte has a 1 above its first bit. Source:
 * RFC 8878, section 4.1.
 */
export let streamStart: usize = 0;
/** The number of bits left; below 0 where more were read than there are. */
export let bitsLeft: i32 = 0;

/** Returns false where the stream has no first bit. */
export function openStream(start: usize, end: usize): bool {
  streamStart = start;
  if (start >= end) {
    return false;
  }
  const last: u32 = load<u8>(end - 1);
  bitsLeft = ((<i32>(end - start - 1)) << 3) + (31 - <i32>clz(last));
  return last !== 0;
}

/** Reads up to 32 bits; zeros before the start of the stream. */
export function readBits(count: u32): u32 {
  bitsLeft -= count;
  return bitsAt(streamStart, bitsLeft, count);
}

/** `count` bits of a stream, up to 32, with `left` bits below them; zeros before its start. */
export function bitsAt(start: usize, left: i32, count: u32): u32 {
  if (left < 0) {
    const missing: u32 = 0 - left;
    return missing >= count || missing >= 32
      ? 0
      : (<u32>(load<u64>(start) & (((<u64>1) << (count - missing)) - 1))) << missing;
  }
  return <u32>(load<u64>(start + (left >> 3)) >> (left & 7)) & <u32>(((<u64>1) << count) - 1);
}
