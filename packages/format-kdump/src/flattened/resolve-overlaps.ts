import type { Progress } from '@vmcorekit/core';
import { Extents } from './extents.ts';
import { sortByStart } from './sort-by-start.ts';

/** Takes some milliseconds. */
const piecesPerStep = 1 << 16;

/**
 * Sorts records by their place in the contents; later ones override earlier ones exactly. The
 * result is ascending and without overlaps. Takes O(n log n) time for all overlaps, and yields at
 * most 2n pieces.
 */
export function* resolveOverlaps(records: Extents): Generator<Progress, Extents, void> {
  const order = yield* sortByStart(records);
  const { starts, ends, fileOffsets } = records;
  const pieces = new Extents(Math.max(1, records.length));
  const active = new LatestFirst();
  let next = 0;
  let cursor = 0;
  let lastRecord = -1;
  for (let turn = 1; next < order.length || active.size > 0; turn++) {
    if (turn % piecesPerStep === 0) {
      yield { kind: 'progress', doing: 'indexing a flattened file', fraction: next / order.length };
    }
    if (active.size === 0) {
      const record = at(order, next);
      cursor = at(starts, record);
      if (next + 1 === order.length || at(ends, record) <= at(starts, at(order, next + 1))) {
        // Nothing overlaps this one, as for nearly all.
        pieces.push(cursor, at(ends, record), at(fileOffsets, record));
        next += 1;
        continue;
      }
    }
    while (next < order.length && at(starts, at(order, next)) <= cursor) {
      active.push(at(order, next));
      next += 1;
    }
    while (active.size > 0 && at(ends, active.top) <= cursor) {
      active.pop();
    }
    if (active.size === 0) {
      continue;
    }
    const record = active.top;
    const end =
      next < order.length
        ? Math.min(at(ends, record), at(starts, at(order, next)))
        : at(ends, record);
    if (record === lastRecord && pieces.ends[pieces.length - 1] === cursor) {
      pieces.ends[pieces.length - 1] = end;
    } else {
      pieces.push(cursor, end, at(fileOffsets, record) + cursor - at(starts, record));
      lastRecord = record;
    }
    cursor = end;
  }
  return pieces.trim();
}

/** A heap of record numbers, the latest on top. */
class LatestFirst {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get top(): number {
    return at(this.#heap, 0);
  }

  push(record: number): void {
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(record);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (at(heap, parent) >= record) {
        break;
      }
      heap[hole] = at(heap, parent);
      hole = parent;
    }
    heap[hole] = record;
  }

  pop(): void {
    const heap = this.#heap;
    const last = heap.pop() ?? 0;
    if (heap.length === 0) {
      return;
    }
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && at(heap, child + 1) > at(heap, child)) {
        child += 1;
      }
      if (at(heap, child) <= last) {
        break;
      }
      heap[hole] = at(heap, child);
      hole = child;
    }
    heap[hole] = last;
  }
}

/** An element that exists. */
function at(column: ArrayLike<number>, index: number): number {
  return column[index] as number;
}
