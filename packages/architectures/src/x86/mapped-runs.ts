import type { MappedRun, PhysicalMemory } from '@vmcorekit/core';
import { entriesAt, pagesBelow, upperHalfPages } from '../address-shape.ts';
import { likeLeaves, RunMerger, runsOf } from '../run-merger.ts';
import { tableWords } from '../table-words.ts';
import {
  addressIn,
  type Entry,
  entryBits,
  isLeaf,
  leafAddress,
  noExecute,
  pageSizeInBytes,
  physicalLimit,
  type X86TableShape,
} from './entries.ts';
import type { X86Root } from './root.ts';

/**
 * Bounds hostile tables that point to themselves. Enough for 512 GiB mapped in 4 KiB pages: no
 * kernel image window, and no direct map with large pages, comes near.
 */
const maxTablesVisited = 262_144;
/**
 * A leaf's low word without the bits that change by use (accessed, dirty) or do not describe the
 * mapping (global, software bits).
 */
const leafBits = ~0xf60;

/** The state of one listing. */
interface Walk {
  readonly memory: PhysicalMemory;
  readonly shape: X86TableShape;
  readonly physicalBits: number;
  readonly runs: RunMerger;
  tablesLeft: number;
}

/** The mapped runs of [from, to), ascending, at most `limit`. Skips tables that cannot be read. */
export function mappedRuns(
  memory: PhysicalMemory,
  shape: X86TableShape,
  root: X86Root,
  from: bigint,
  to: bigint,
  limit?: number,
): Generator<MappedRun, void, void> {
  const physicalBits = physicalLimit(memory);
  const runs = new RunMerger(from, to);
  const walk: Walk = { memory, shape, physicalBits, runs, tablesLeft: maxTablesVisited };
  const table = root.tableAddress % physicalBits;
  return runsOf(runs, visit(walk, table, root.levels, 0, true, true), limit);
}

/** Walks one table and the tables below it, and yields the runs that are complete. */
function* visit(
  walk: Walk,
  table: number,
  level: number,
  tablePage: number,
  isWritableAbove: boolean,
  isExecutableAbove: boolean,
): Generator<MappedRun, void, void> {
  const { shape, runs } = walk;
  const words =
    walk.tablesLeft-- > 0
      ? tableWords(walk.memory, table, entriesAt(shape, level) * shape.entrySizeInBytes)
      : undefined;
  if (words === undefined) {
    return;
  }
  const wide = shape.entrySizeInBytes === 8;
  const entries = entriesAt(shape, level);
  const below = pagesBelow(shape, level);
  const isTop = level === shape.indexBits.length;
  const hasRights = !(shape.topHasNoRights && isTop);
  const upperHalf = isTop ? upperHalfPages(shape) : 0;
  const entry: Entry = { low: 0, high: 0 };
  for (let index = 0; index < entries; index++) {
    entry.low = words[wide ? index * 2 : index] ?? 0;
    if ((entry.low & entryBits.present) === 0) {
      continue;
    }
    const page = tablePage + index * below + (index >= entries / 2 ? upperHalf : 0);
    if (page + below <= runs.from || page >= runs.to) {
      continue;
    }
    entry.high = wide ? (words[index * 2 + 1] ?? 0) : 0;
    const isWritable = isWritableAbove && (!hasRights || (entry.low & entryBits.writable) !== 0);
    const isExecutable = isExecutableAbove && (!hasRights || entry.high < noExecute);
    if (isLeaf(shape, level, entry)) {
      const likes = likeLeaves(words, index, wide, below * pageSizeInBytes, leafBits);
      const physicalAddress = leafAddress(shape, level, entry, below, walk.physicalBits);
      runs.add(page, below * likes, physicalAddress, isWritable, isExecutable);
      index += likes - 1;
    } else if ((entry.low & entryBits.pageSize) === 0 || !wide) {
      yield* visit(
        walk,
        addressIn(entry, walk.physicalBits),
        level - 1,
        page,
        isWritable,
        isExecutable,
      );
    }
    if (runs.done.length > 0) {
      yield* runs.done.splice(0);
    }
  }
}
