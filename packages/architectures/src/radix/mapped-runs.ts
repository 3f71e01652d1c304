import type { MappedRun, PhysicalMemory } from '@vmcorekit/core';
import { entriesAt, pagesBelow, upperHalfPages } from '../address-shape.ts';
import { likeLeaves, RunMerger, runsOf } from '../run-merger.ts';
import { tableWords } from '../table-words.ts';
import {
  entrySizeInBytes,
  type Rights,
  type TableFormat,
  type TablePart,
  type TopTable,
} from './format.ts';

/**
 * Bounds hostile tables that point to themselves: as many entries as map 128 GiB in 4 KiB pages.
 */
const maxEntriesVisited = 2 ** 25;

/** The state of one listing. */
interface Walk {
  readonly memory: PhysicalMemory;
  readonly format: TableFormat;
  readonly runs: RunMerger;
  /** Tables that were seen whole and map nothing, by place and level. Hostile ones come again. */
  readonly barren: Set<string>;
  entriesLeft: number;
}

/** The mapped runs of [from, to), ascending, at most `limit`. Skips tables that cannot be read. */
export function mappedRuns(
  memory: PhysicalMemory,
  { format, part, rights }: TopTable,
  from: bigint,
  to: bigint,
  limit?: number,
): Generator<MappedRun, void, void> {
  const runs = new RunMerger(from, to);
  const walk: Walk = {
    memory,
    format,
    runs,
    barren: new Set(),
    entriesLeft: maxEntriesVisited,
  };
  return runsOf(runs, visit(walk, part, format.indexBits.length, 0, rights), limit);
}

/**
 * Walks one table, which maps pages from `tablePage` on, and the tables below it. Returns whether
 * they may map anything.
 */
function* visit(
  walk: Walk,
  { table, first, end }: TablePart,
  level: number,
  tablePage: number,
  above: Rights,
): Generator<MappedRun, boolean, void> {
  const { format, runs, barren } = walk;
  const key = `${table}/${level}/${first}/${end}`;
  if (barren.has(key)) {
    return false;
  }
  walk.entriesLeft -= end - first;
  const words =
    walk.entriesLeft >= 0
      ? tableWords(walk.memory, table + first * entrySizeInBytes, (end - first) * entrySizeInBytes)
      : undefined;
  if (words === undefined) {
    barren.add(key);
    return false;
  }
  let mayMap = false;
  const pages = pagesBelow(format, level);
  const isTop = level === format.indexBits.length;
  const upperHalf = isTop ? upperHalfPages(format) : 0;
  const half = entriesAt(format, level) / 2;
  for (let index = first; index < end; index++) {
    const page = tablePage + index * pages + (index >= half ? upperHalf : 0);
    if (page >= runs.to) {
      return true;
    }
    if (page + pages <= runs.from) {
      mayMap = true;
      continue;
    }
    const at = index - first;
    const low = words[at * 2] ?? 0;
    const high = words[at * 2 + 1] ?? 0;
    const kind = format.kindOf(level, low, high);
    if (kind === 'table') {
      const below = format.tableBelow(level, low, high);
      const rights = format.through(above, kind, low, high);
      mayMap = (yield* visit(walk, below, level - 1, page, rights)) || mayMap;
    } else if (kind === 'leaf') {
      mayMap = true;
      const { isWritable, isExecutable } = format.through(above, kind, low, high);
      const step = format.leafStep(level, low, high);
      // The halves of a top table lie far from each other, so its entries are listed alone.
      const likes = step === 0 || isTop ? 1 : likeLeaves(words, at, true, step, format.leafBits);
      const address = format.leafAddress(level, low, high, index);
      runs.add(page, pages * likes, address, isWritable, isExecutable);
      index += likes - 1;
    }
    if (runs.done.length > 0) {
      yield* runs.done.splice(0);
    }
  }
  if (!mayMap && walk.entriesLeft >= 0) {
    barren.add(key);
  }
  return mayMap;
}
