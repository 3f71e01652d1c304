import type { ByteOrder, PhysicalMemory, TablePage } from '@vmcorekit/core';
import { tableWords } from './table-words.ts';

const pageSizeInBytes = 0x1000;

/** A table that is not read yet, in a processor's own shape. */
export interface PendingTable<Shape> {
  readonly shape: Shape;
  readonly table: number;
  readonly level: number;
}

/** How a processor's tables are read. */
export interface TableReader<Shape> {
  readonly sizeInBytes: (shape: Shape, level: number) => number;
  /** Default: 8. */
  readonly entrySizeInBytes?: (shape: Shape) => 4 | 8;
  /** Of the entries. Default: that of memory. */
  readonly byteOrder?: ByteOrder;
  /** The table that an entry of a table above the lowest level leads to; undefined for none. */
  readonly tableBelow: (
    above: PendingTable<Shape>,
    low: number,
    high: number,
  ) => PendingTable<Shape> | undefined;
}

/**
 * The 4 KiB pages of all tables below some roots, each page once, the roots first. Skips tables
 * that cannot be read. Reads at most `limit` tables.
 */
export function* pagesOfTables<Shape>(
  memory: PhysicalMemory,
  reader: TableReader<Shape>,
  roots: readonly PendingTable<Shape>[],
  limit: number,
): Generator<TablePage, void, void> {
  // Kept by level, because a hostile table may serve as several. A page is reported once, at the
  // level where it was first met.
  const met = new Set<string>();
  const unreadable = new Set<string>();
  const told = new Set<number>();
  for (const root of roots) {
    const pending = [root];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { shape, table, level } = next;
      const key = `${table}/${level}`;
      if (met.has(key) || unreadable.has(key)) {
        continue;
      }
      const below = tablesBelow(memory, reader, next);
      (below === undefined ? unreadable : met).add(key);
      if (below === undefined) {
        continue;
      }
      pending.push(...below);
      const end = table + reader.sizeInBytes(shape, level);
      for (let page = table - (table % pageSizeInBytes); page < end; page += pageSizeInBytes) {
        if (!told.has(page)) {
          told.add(page);
          yield { physicalAddress: page, level };
        }
      }
      if (met.size >= limit) {
        return;
      }
    }
  }
}

/** Whether an address lies between the ends of memory, where a kernel has its tables. */
export function isInMemory({ ranges }: PhysicalMemory, address: number): boolean {
  return address >= (ranges[0]?.start ?? 0) && address < (ranges.at(-1)?.end ?? 0);
}

/** Undefined where the table cannot be read. */
function tablesBelow<Shape>(
  memory: PhysicalMemory,
  reader: TableReader<Shape>,
  above: PendingTable<Shape>,
): readonly PendingTable<Shape>[] | undefined {
  const { shape, table, level } = above;
  const { byteOrder = memory.byteOrder } = reader;
  const entrySizeInBytes = reader.entrySizeInBytes?.(shape) ?? 8;
  const sizeInBytes = reader.sizeInBytes(shape, level);
  const words = tableWords(memory, table, sizeInBytes, { byteOrder, entrySizeInBytes });
  if (words === undefined) {
    return undefined;
  }
  const below: PendingTable<Shape>[] = [];
  const isWide = entrySizeInBytes === 8;
  for (let at = 0; level > 1 && at < words.length; at += isWide ? 2 : 1) {
    const next = reader.tableBelow(above, words[at] ?? 0, isWide ? (words[at + 1] ?? 0) : 0);
    if (next !== undefined) {
      below.push(next);
    }
  }
  return below;
}
