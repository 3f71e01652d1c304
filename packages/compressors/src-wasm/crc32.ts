/** Table n advances the remainder of a byte by n bytes more. */
const tables: usize = memory.data(16384, 16);
const tableCount: u32 = 16;

for (let byte: u32 = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >> 1) ^ ((remainder & 1) * 0xedb88320);
  }
  store<u32>(tables + (byte << 2), remainder);
}
for (let table: u32 = 1; table < tableCount; table++) {
  for (let byte: u32 = 0; byte < 256; byte++) {
    const before = load<u32>(entry(table - 1, byte));
    store<u32>(entry(table, byte), (before >> 8) ^ load<u32>(entry(0, before & 255)));
  }
}

function entry(table: u32, byte: u32): usize {
  return tables + (table << 10) + (byte << 2);
}

/** The four bytes of a word, the first of which lies `after` + 3 bytes before the end of a turn. */
function ofWord(word: u32, after: u32): u32 {
  return (
    load<u32>(entry(after + 3, word & 255)) ^
    load<u32>(entry(after + 2, (word >> 8) & 255)) ^
    load<u32>(entry(after + 1, (word >> 16) & 255)) ^
    load<u32>(entry(after, word >> 24))
  );
}

/**
 * The CRC-32 of `size` bytes, or that of bytes before them with these. Source: RFC 1952, section 8.
 */
export function crc32(bytes: usize, size: usize, before: u32): u32 {
  let sum = ~before;
  const end = bytes + size;
  for (; end - bytes >= 16; bytes += 16) {
    sum =
      ofWord(load<u32>(bytes) ^ sum, 12) ^
      ofWord(load<u32>(bytes, 4), 8) ^
      ofWord(load<u32>(bytes, 8), 4) ^
      ofWord(load<u32>(bytes, 12), 0);
  }
  for (; bytes < end; bytes++) {
    sum = (sum >> 8) ^ load<u32>(entry(0, (sum ^ load<u8>(bytes)) & 255));
  }
  return ~sum;
}
