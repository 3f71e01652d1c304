const modulus: u32 = 65521;
/**
 * Sums of this many bytes stay within their lanes. zlib's specification, RFC 1950, allows 5552.
 * This is a multiple of 16, and at most 257 times 16.
 */
const blockSize: usize = 4096;

/**
 * The Adler-32 of `size` bytes, or that of bytes before them with these. Source: RFC 1950, section
 * 8.2.
 */
export function adler32(bytes: usize, size: usize, before: u32): u32 {
  let low: u32 = before & 0xffff;
  let high: u32 = before >> 16;
  const end = bytes + size;
  while (bytes < end) {
    const block = min(end - bytes, blockSize);
    const vectorsEnd = bytes + (block & ~15);
    const blockEnd = bytes + block;
    const vectors = <u32>(block >> 4);

    // Byte i of n adds itself once to low and n - i times to high.
    let sums = i32x4.splat(0);
    let sumsBefore = i32x4.splat(0);
    let columnsLow = i16x8.splat(0);
    let columnsHigh = i16x8.splat(0);
    for (; bytes < vectorsEnd; bytes += 16) {
      const vector = v128.load(bytes);
      sumsBefore = i32x4.add(sumsBefore, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(vector)));
      columnsLow = i16x8.add(columnsLow, i16x8.extend_low_i8x16_u(vector));
      columnsHigh = i16x8.add(columnsHigh, i16x8.extend_high_i8x16_u(vector));
    }
    high += (low * vectors + lanes(sumsBefore)) << 4;
    high += lanes(weighted(columnsLow, i32x4(16, 15, 14, 13), i32x4(12, 11, 10, 9)));
    high += lanes(weighted(columnsHigh, i32x4(8, 7, 6, 5), i32x4(4, 3, 2, 1)));
    low += lanes(sums);
    for (; bytes < blockEnd; bytes++) {
      low += load<u8>(bytes);
      high += low;
    }
    low %= modulus;
    high %= modulus;
  }
  return (high << 16) | low;
}

function weighted(columns: v128, weightsLow: v128, weightsHigh: v128): v128 {
  return i32x4.add(
    i32x4.mul(i32x4.extend_low_i16x8_u(columns), weightsLow),
    i32x4.mul(i32x4.extend_high_i16x8_u(columns), weightsHigh),
  );
}

function lanes(vector: v128): u32 {
  return (
    i32x4.extract_lane(vector, 0) +
    i32x4.extract_lane(vector, 1) +
    i32x4.extract_lane(vector, 2) +
    i32x4.extract_lane(vector, 3)
  );
}
