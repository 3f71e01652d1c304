/**
 * Pseudo-random 32-bit numbers, the same on every run, so that a failure repeats. Marsaglia's
 * xorshift32 (2003).
 */
export function* randomWords(seed: number): Generator<number, never, void> {
  for (let state = seed | 1; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

export function randomBytes(seed: number, length: number): Uint8Array {
  const words = randomWords(seed);
  return Uint8Array.from({ length }, () => words.next().value & 0xff);
}
