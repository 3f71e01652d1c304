/**
 * The stream. `bits` were loaded before `position` and not used yet, the first of them lowest.
 * Other modules read these variables; only the functions here change them.
 */
export let bits: u64 = 0;
export let bitCount: u32 = 0;
export let position: usize = 0;
export let inputEnd: usize = 0;

export function begin(from: usize, end: usize): void {
  inputEnd = end;
  proceed(0, 0, from);
}

/** Resumes where a faster loop elsewhere stopped reading bits. */
export function proceed(held: u64, count: u32, from: usize): void {
  bits = held;
  bitCount = count;
  position = from;
}

/**
 * Tops the bits up to 56 at least. Reads zeros after the end of the input; a loop sees by
 * `position` that it went too far.
 */
export function refill(): void {
  bits |= load<u64>(position) << bitCount;
  position += (63 - bitCount) >> 3;
  bitCount |= 56;
}

export function drop(count: u32): void {
  bits >>= count;
  bitCount -= count;
}
