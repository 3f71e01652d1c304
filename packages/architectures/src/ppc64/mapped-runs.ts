import {
  type MappedRun,
  type PhysicalMemory,
  type TranslationRoot,
  tryRead,
} from '@vmcorekit/core';
import { RunMerger, runsOf } from '../run-merger.ts';
import { type RadixTable, radixEntry, radixPartsOf, rootTable, sizeOfTable } from './radix.ts';

/**
 * Bounds hostile tables that lead to each other: as many entries as map 16 GiB in 4 KiB pages, or
 * all memory in the 2 MiB pages of a linear map.
 */
const maxEntriesVisited = 2 ** 22;

interface Walk {
  readonly memory: PhysicalMemory;
  readonly runs: RunMerger;
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
  const walk: Walk = { memory, runs, entriesLeft: maxEntriesVisited };
  return runsOf(runs, visit(walk, rootTable(tableAddress), Number(start >> 12n)), limit);
}

/** Walks one table, which maps pages from `tablePage` on, and the tables below it. */
function* visit(
  walk: Walk,
  table: RadixTable,
  tablePage: number,
): Generator<MappedRun, void, void> {
  const { runs } = walk;
  const entries = 2 ** table.indexBits;
  walk.entriesLeft -= entries;
  const bytes =
    walk.entriesLeft < 0
      ? undefined
      : tryRead(() => walk.memory.read(table.address, sizeOfTable(table)));
  if (bytes === undefined) {
    return;
  }
  // The walk below the table would end a view's life.
  const view = new DataView(bytes.slice().buffer);
  const pages = 2 ** (table.bitsLeft - table.indexBits - 12);
  const first = Math.max(0, Math.floor((runs.from - tablePage) / pages));
  for (let index = first; index < entries; index++) {
    const page = tablePage + index * pages;
    if (page >= runs.to) {
      return;
    }
    // Most entries of a root are empty.
    if (view.getUint32(index * 8) === 0) {
      continue;
    }
    const entry = radixEntry(view.getBigUint64(index * 8), table);
    if (entry.kind === 'table') {
      yield* visit(walk, entry.below, page);
    } else if (entry.kind === 'leaf') {
      const { physicalAddress, isWritable, isExecutable } = entry;
      runs.add(page, pages, physicalAddress, isWritable, isExecutable);
    }
    if (runs.done.length > 0) {
      yield* runs.done.splice(0);
    }
  }
}
