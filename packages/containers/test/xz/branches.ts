/** Bytes that look like branches to every filter, in all their cases; the same on every run. */
export function branches(): Uint8Array {
  const likely = [0xe8, 0xe9, 0xeb, 0x94, 0x90, 0xf0, 0xf8, 0x48, 0x40, 0x7f, 0x00, 0xff, 0x01];
  const bytes = new Uint8Array(4000);
  let seed = 1;
  for (let at = 0; at < bytes.length; at++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    const word = seed >> 8;
    bytes[at] = word % 5 === 0 ? word >> 8 : (likely[(word >> 4) % likely.length] ?? 0);
  }
  return bytes;
}
