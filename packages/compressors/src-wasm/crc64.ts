/** Table n advances the remainder of a byte by n bytes more. */
const tables: usize = memory.data(16384, 16);
const tableCount: u32 = 8;
const polynomial: u64 = ((<u64>0xc96c5795) << 32) | 0xd7870f42;

for (let byte: u32 = 0; byte < 256; byte++) {
  let remainder: u64 = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >> 1) ^ ((remainder & 1) * polynomial);
  }
  store<u64>(entry(0, byte), remainder);
}
for (let table: u32 = 1; table < tableCount; table++) {
  for (let byte: u32 = 0; byte < 256; byte++) {
    const before = load<u64>(entry(table - 1, byte));
    store<u64>(entry(table, byte), (before >> 8) ^ load<u64>(entry(0, <u32>before & 255)));
  }
}

let sum: u64 = 0;

function entry(table: u32, byte: u32): usize {
  return tables + (table << 11) + (byte << 3);
}

export function crc64Start(): void {
  sum = ~(<u64>0);
}

/** Source: the .xz file format, section 6. */
export function crc64Add(bytes: usize, size: usize): void {
  const end = bytes + size;
  let remainder = sum;
  for (; end - bytes >= 8; bytes += 8) {
    const word = load<u64>(bytes) ^ remainder;
    const low = <u32>word;
    const high = <u32>(word >> 32);
    remainder =
      load<u64>(entry(7, low & 255)) ^
      load<u64>(entry(6, (low >> 8) & 255)) ^
      load<u64>(entry(5, (low >> 16) & 255)) ^
      load<u64>(entry(4, low >> 24)) ^
      load<u64>(entry(3, high & 255)) ^
      load<u64>(entry(2, (high >> 8) & 255)) ^
      load<u64>(entry(1, (high >> 16) & 255)) ^
      load<u64>(entry(0, high >> 24));
  }
  for (; bytes < end; bytes++) {
    remainder = (remainder >> 8) ^ load<u64>(entry(0, (<u32>remainder ^ load<u8>(bytes)) & 255));
  }
  sum = remainder;
}

export function crc64Low(): u32 {
  return <u32>~sum;
}

export function crc64High(): u32 {
  return <u32>(~sum >> 32);
}
