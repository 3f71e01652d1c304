import type { PhysicalMemory, TablePage } from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
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
    memory,
    { sizeInBytes: ({ sizeInBytes }) => sizeInBytes, tableBelow },
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

function tableBelow(
  { shape: { format }, level }: PendingTable<PartShape>,
  low: number,
  high: number,
): PendingTable<PartShape> | undefined {
  return format.kindOf(level, low, high) === 'table'
    ? pendingOf(format, format.tableBelow(level, low, high), level - 1)
    : undefined;
}
