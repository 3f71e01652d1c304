/** A page whose bytes depend on a number, so that pages differ. */
export function pattern(seed: number, sizeInBytes: number = 4096): Uint8Array {
  return Uint8Array.from({ length: sizeInBytes }, (_, index) => (index * (seed + 1) + seed) % 251);
}
