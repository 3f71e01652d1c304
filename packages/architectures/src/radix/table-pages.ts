import type { PhysicalMemory, TablePage } from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
import { entrySizeInBytes, type TableFormat, type TablePart, type TopTable } from './format.ts';

/** A table's format, and the length of its part in use. */
interface PartShape {
  readonly format: TableFormat;
  readonly sizeInBytes: number;
}

/** The pages of all tables below some top tables. */
export function tablePages(
  memory: PhysicalMemory,
  tops: readonly TopTable[],
  limit: number,
): Generator<TablePage, void, void> {
  return pagesOfTables(
    {
      sizeInBytes: ({ sizeInBytes }) => sizeInBytes,
      tablesBelow: (pending) => tablesBelow(memory, pending),
    },
    tops.map(({ format, part }) => pendingOf(format, part, format.indexBits.length)),
    limit,
  );
}

function pendingOf(
  format: TableFormat,
  { table, first, end }: TablePart,
  level: number,
): PendingTable<PartShape> {
  return {
    shape: { format, sizeInBytes: (end - first) * entrySizeInBytes },
    table: table + first * entrySizeInBytes,
    level,
  };
}

function tablesBelow(
  memory: PhysicalMemory,
  { shape: { format, sizeInBytes }, table, level }: PendingTable<PartShape>,
): PendingTable<PartShape>[] | undefined {
  const words = tableWords(memory, table, sizeInBytes);
  if (words === undefined) {
    return undefined;
  }
  const below: PendingTable<PartShape>[] = [];
  for (let at = 0; level > 1 && at < words.length; at += 2) {
    const low = words[at] ?? 0;
    const high = words[at + 1] ?? 0;
    if (format.kindOf(level, low, high) === 'table') {
      below.push(pendingOf(format, format.tableBelow(level, low, high), level - 1));
    }
  }
  return below;
}
