/** Numbers that stretches hold more than once. */
export interface Repeated {
  /** How many numbers too many there are. */
  readonly count: number;
  /** The least of them. */
  readonly first: number;
}

/** What stretches [start, end) have in common; null where they are disjoint. */
export function repeatedIn(
  starts: readonly number[],
  endOf: (index: number) => number,
): Repeated | null {
  const order = Uint32Array.from(starts, (_, index) => index);
  order.sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  let [count, first, reached] = [0, 0, 0];
  for (const index of order) {
    const [start, end] = [starts[index] ?? 0, endOf(index)];
    if (start < reached) {
      first = count === 0 ? start : first;
      count += Math.min(end, reached) - start;
    }
    reached = Math.max(reached, end);
  }
  return count === 0 ? null : { count, first };
}
