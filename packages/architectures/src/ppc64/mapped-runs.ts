import type { MappedRun, PhysicalMemory, TranslationRoot } from '@vmcorekit/core';
import { RunMerger, runsOf } from '../run-merger.ts';
import { tableWords } from '../table-words.ts';
import { type RadixTable, radixEntryOf, radixPartsOf, rootTable, sizeOfTable } from './radix.ts';

/**
 * Bounds hostile tables that lead to each other: as many entries as map 16 GiB in 4 KiB pages, or
 * all memory in the 2 MiB pages of a linear map.
 */
const maxEntriesVisited = 2 ** 22;

interface Walk {
  readonly memory: PhysicalMemory;
  readonly runs: RunMerger;
  /** Tables that were seen whole and map nothing, by place and shape. Hostile ones come again. */
  readonly barren: Set<string>;
  entriesLeft: number;
}

/** The mapped runs of [from, to), ascending, at most `limit`. Skips tables that cannot be read. */
export function radixRuns(
  memory: PhysicalMemory,
  root: TranslationRoot,
  from: bigint,
  to: bigint,
  limit?: number,
): Generator<MappedRun, void, void> {
  const { tableAddress, start } = radixPartsOf(root);
  const runs = new RunMerger(from, to);
  const walk: Walk = { memory, runs, barren: new Set(), entriesLeft: maxEntriesVisited };
  return runsOf(runs, visit(walk, rootTable(tableAddress), Number(start >> 12n)), limit);
}

/**
 * Walks one table, which maps pages from `tablePage` on, and the tables below it. Returns whether
 * they may map anything.
 */
function* visit(
  walk: Walk,
  table: RadixTable,
  tablePage: number,
): Generator<MappedRun, boolean, void> {
  const { runs, barren } = walk;
  const key = `${table.address}/${table.bitsLeft}/${table.indexBits}`;
  if (barren.has(key)) {
    return false;
  }
  const entries = 2 ** table.indexBits;
  walk.entriesLeft -= entries;
  const words =
    walk.entriesLeft < 0
      ? undefined
      : tableWords(walk.memory, table.address, sizeOfTable(table), { byteOrder: 'big' });
  if (words === undefined) {
    barren.add(key);
    return false;
  }
  const pages = 2 ** (table.bitsLeft - table.indexBits - 12);
  const first = Math.max(0, Math.floor((runs.from - tablePage) / pages));
  let mayMap = first > 0;
  for (let index = first; index < entries; index++) {
    const page = tablePage + index * pages;
    if (page >= runs.to) {
      return true;
    }
    const entry = radixEntryOf(words[index * 2] ?? 0, words[index * 2 + 1] ?? 0, table);
    if (entry.kind === 'table') {
      mayMap = (yield* visit(walk, entry.below, page)) || mayMap;
    } else if (entry.kind === 'leaf') {
      mayMap = true;
      const { physicalAddress, isWritable, isExecutable } = entry;
      runs.add(page, pages, physicalAddress, isWritable, isExecutable);
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
