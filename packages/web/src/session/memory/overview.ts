import type { PageState, PhysicalMemory, PhysicalRange, Progress } from '@vmcorekit/core';
import type { OverviewCell } from '../../protocol/memory-calls.ts';

type StatedMemory = Pick<PhysicalMemory, 'ranges' | 'pageSizeInBytes' | 'pageState'>;

/** As many as a strip beside a tall window shows. */
const cellCount = 512;
/** Pages of a cell whose state is looked up, so that any size of memory costs the same. */
const samplesPerCell = 8;
const cellsPerStep = 16;
/** Which state a cell has, of those that as many samples have. */
const order: readonly OverviewCell[] = ['stored', 'corrupt', 'excluded', 'zero', 'absent'];

/**
 * Physical memory from 0 to its end in equal cells, each with the state that most of its
 * samples have. They are taken where the dump says memory is, so a small stretch is never missed.
 */
export function* memoryOverview(
  memory: StatedMemory,
): Generator<Progress, readonly OverviewCell[], void> {
  const { ranges } = memory;
  const size = (ranges.at(-1)?.end ?? 0) / cellCount;
  const cells: OverviewCell[] = [];
  if (size <= 0) {
    return cells;
  }
  let first = 0;
  for (let index = 0; index < cellCount; index++) {
    const from = index * size;
    const to = from + size;
    while ((ranges[first]?.end ?? to) <= from) {
      first += 1;
    }
    cells.push(stateOf(memory, overlapping(ranges, first, from, to)));
    if (cells.length % cellsPerStep === 0) {
      yield { kind: 'progress', doing: 'looking at memory', fraction: index / cellCount };
    }
  }
  return cells;
}

/** The first ranges from one on, as far as they lie in a cell; no more than are sampled. */
function overlapping(
  ranges: readonly PhysicalRange[],
  first: number,
  from: number,
  to: number,
): PhysicalRange[] {
  const found: PhysicalRange[] = [];
  for (let at = first; found.length < samplesPerCell; at++) {
    const range = ranges[at];
    if (range === undefined || range.start >= to) {
      break;
    }
    found.push({ start: Math.max(range.start, from), end: Math.min(range.end, to) });
  }
  return found;
}

function stateOf(memory: StatedMemory, held: readonly PhysicalRange[]): OverviewCell {
  const counts = new Map<PageState, number>();
  const samples = Math.ceil(samplesPerCell / Math.max(1, held.length));
  for (const { start, end } of held) {
    for (let sample = 0; sample < samples; sample++) {
      const address = start + ((end - start) * (sample + 0.5)) / samples;
      const page = memory.pageState(Math.floor(address / memory.pageSizeInBytes));
      const state = page === 'partial' ? 'stored' : page;
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
  }
  const most = Math.max(0, ...counts.values());
  return order.find((state) => counts.get(state) === most) ?? 'absent';
}
