import { PriorityQueue } from './priority-queue.ts';

/** Stretches in columns; they may overlap. */
export interface Stretches {
  readonly start: ArrayLike<number>;
  /** Exclusive. */
  readonly end: ArrayLike<number>;
}

/**
 * Goes over stretches that may overlap, and hands each part of them to `take` with the index of the
 * stretch of least rank there. Parts ascend and are disjoint.
 *
 * @param order the indexes, by ascending start
 */
export function sweep(
  { start, end }: Stretches,
  order: Uint32Array,
  rank: (index: number) => number,
  take: (index: number, from: number, to: number) => void,
): void {
  const open = new PriorityQueue(rank);
  let at = 0;
  for (let next = 0; next < order.length || open.first !== undefined; ) {
    const nextStart = next < order.length ? (start[order[next] ?? 0] ?? Infinity) : Infinity;
    const first = open.first;
    if (first === undefined) {
      at = nextStart;
    } else if ((end[first] ?? 0) <= at) {
      open.removeFirst();
      continue;
    } else {
      const to = Math.min(end[first] ?? at, nextStart);
      if (to > at) {
        take(first, at, to);
      }
      at = to;
    }
    for (; next < order.length && (start[order[next] ?? 0] ?? 0) <= at; next++) {
      open.add(order[next] ?? 0);
    }
  }
}
