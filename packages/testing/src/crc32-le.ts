const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) {
    sum = (sum >>> 1) ^ ((sum & 1) === 0 ? 0 : 0xedb88320);
  }
  return sum;
});

/** The kernel's `crc32_le`: reflected, without complements, which zip has before and after. */
export function crc32Le(bytes: Uint8Array, before: number = 0): number {
  let sum = before;
  for (const byte of bytes) {
    sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  }
  return sum >>> 0;
}
