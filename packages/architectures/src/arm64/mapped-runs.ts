import type { MappedRun, PhysicalMemory, TranslationRoot } from '@vmcorekit/core';
import type { Rights } from '../radix/format.ts';
import { likeLeaves, RunMerger, runsOf } from '../run-merger.ts';
import { tableWords } from '../table-words.ts';
import { addressIn, allRights, kindOf, throughLeaf, throughTable } from './descriptors.ts';
import { shapeOf } from './root.ts';
import { type Arm64Shape, entriesAt, pagesBelow, startOf, tableSizeInBytes } from './shape.ts';

const pageSizeInBytes = 0x1000;
/**
 * Bounds hostile tables that point to themselves: as many entries as map 512 GiB in 4 KiB pages.
 */
const maxEntriesVisited = 2 ** 27;
/** A leaf's low word without the access flag, which changes by use. */
const leafBits = ~0x400;

/** The state of one listing. */
interface Walk {
  readonly memory: PhysicalMemory;
  readonly shape: Arm64Shape;
  readonly runs: RunMerger;
  /** Tables that were seen whole and map nothing, by place and level. Hostile ones come again. */
  readonly barren: Set<string>;
  entriesLeft: number;
}

/** The mapped runs of [from, to), ascending, at most `limit`. Skips tables that cannot be read. */
export function mappedRuns(
  memory: PhysicalMemory,
  root: TranslationRoot,
  from: bigint,
  to: bigint,
  limit?: number,
): Generator<MappedRun, void, void> {
  const { shape, tableAddress } = shapeOf(root);
  const runs = new RunMerger(from, to);
  const walk: Walk = {
    memory,
    shape,
    runs,
    barren: new Set(),
    entriesLeft: maxEntriesVisited,
  };
  const startPage = Number(startOf(shape) >> 12n);
  return runsOf(runs, visit(walk, tableAddress, shape.levels, startPage, allRights), limit);
}

/**
 * Walks one table, which maps pages from `tablePage` on, and the tables below it. Returns whether
 * they may map anything.
 */
function* visit(
  walk: Walk,
  table: number,
  level: number,
  tablePage: number,
  above: Rights,
): Generator<MappedRun, boolean, void> {
  const { shape, runs, barren } = walk;
  const key = `${table}/${level}`;
  if (barren.has(key)) {
    return false;
  }
  const entries = entriesAt(shape, level);
  walk.entriesLeft -= entries;
  const words =
    walk.entriesLeft >= 0
      ? tableWords(walk.memory, table, tableSizeInBytes(shape, level))
      : undefined;
  if (words === undefined) {
    barren.add(key);
    return false;
  }
  const pages = pagesBelow(shape, level);
  const first = Math.max(0, Math.floor((runs.from - tablePage) / pages));
  let mayMap = first > 0;
  for (let index = first; index < entries; index++) {
    const page = tablePage + index * pages;
    if (page >= runs.to) {
      return true;
    }
    const low = words[index * 2] ?? 0;
    const kind = kindOf(shape, level, low);
    if (kind === 'invalid') {
      continue;
    }
    const high = words[index * 2 + 1] ?? 0;
    const address = addressIn(shape, low, high);
    if (kind === 'table') {
      const rights = throughTable(shape, above, high);
      mayMap = (yield* visit(walk, address, level - 1, page, rights)) || mayMap;
    } else {
      mayMap = true;
      const { isWritable, isExecutable } = throughLeaf(shape, above, low, high);
      const sizeInBytes = pages * pageSizeInBytes;
      const likes = likeLeaves(words, index, true, sizeInBytes, leafBits);
      runs.add(page, pages * likes, address - (address % sizeInBytes), isWritable, isExecutable);
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
