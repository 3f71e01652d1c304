/**
 * How far two stretches are equal. `at` moves to the first byte that differs from the one at
 * `earlier`, or to `end`. Reads up to 7 bytes too many.
 */
export function endOfMatch(input: usize, earlier: u32, at: u32, end: u32): u32 {
  const distance = at - earlier;
  for (let next = at; next < end; next += 8) {
    const difference = load<u64>(input + next) ^ load<u64>(input + next - distance);
    if (difference !== 0) {
      return min(end, next + <u32>(ctz(difference) >> 3));
    }
  }
  return end;
}
