import type { Progress } from '@vmcorekit/core';
import type { Extents } from './extents.ts';

/** Takes some milliseconds. */
const elementsPerStep = 1 << 20;

/**
 * The record numbers in ascending order of their start; equal starts keep their order. Merges
 * ascending runs, two neighbours at a time. Parts already in place are copied whole: a writer's
 * streams each ascend, so that is nearly all.
 */
export function* sortByStart({ starts, length }: Extents): Generator<Progress, Uint32Array, void> {
  let order = new Uint32Array(length).map((_, index) => index);
  let runs = runsOf(starts, length);
  let merged = new Uint32Array(runs.length > 2 ? length : 0);
  const passes = Math.ceil(Math.log2(Math.max(2, runs.length)));
  let sinceStep = 0;
  for (let pass = 0; runs.length > 2; pass++) {
    const next: number[] = [0];
    for (let run = 0; run + 1 < runs.length; run += 2) {
      const from = runs[run] as number;
      const to = runs[Math.min(run + 2, runs.length - 1)] as number;
      merge(starts, order, merged, from, runs[run + 1] as number, to);
      next.push(to);
      sinceStep += to - from;
      if (sinceStep >= elementsPerStep) {
        sinceStep = 0;
        yield {
          kind: 'progress',
          doing: 'sorting the records of a flattened file',
          fraction: (pass + to / length) / passes,
        };
      }
    }
    [order, merged] = [merged, order];
    runs = next;
  }
  return order;
}

/** The starts of the ascending runs, and the end of the last one. */
function runsOf(starts: Float64Array, length: number): number[] {
  const runs = [0];
  for (let index = 1; index < length; index++) {
    if ((starts[index] as number) < (starts[index - 1] as number)) {
      runs.push(index);
    }
  }
  runs.push(length);
  return runs;
}

/**
 * Merges order[from, middle) and order[middle, to), each ascending, into the same places of
 * `merged`.
 */
function merge(
  starts: Float64Array,
  order: Uint32Array,
  merged: Uint32Array,
  from: number,
  middle: number,
  to: number,
): void {
  const startAt = (place: number): number => starts[order[place] as number] as number;
  if (middle === to || startAt(middle - 1) <= startAt(middle)) {
    merged.set(order.subarray(from, to), from);
    return;
  }
  let left = firstPlace(from, middle, (place) => startAt(place) > startAt(middle));
  const last = firstPlace(middle, to, (place) => startAt(place) >= startAt(middle - 1));
  merged.set(order.subarray(from, left), from);
  merged.set(order.subarray(last, to), last);
  let right = middle;
  let at = left;
  while (left < middle && right < last) {
    merged[at++] = order[startAt(left) <= startAt(right) ? left++ : right++] as number;
  }
  merged.set(left < middle ? order.subarray(left, middle) : order.subarray(right, last), at);
}

/**
 * The first place in [from, to) where the condition holds, as it does from there on; `to` where it
 * never does.
 */
function firstPlace(from: number, to: number, holdsAt: (place: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const place = (low + high) >>> 1;
    if (holdsAt(place)) {
      high = place;
    } else {
      low = place + 1;
    }
  }
  return low;
}
