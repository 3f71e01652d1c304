import type { TablePage } from '@vmcorekit/core';

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
  /** The targets of a table's entries; undefined where it cannot be read. */
  readonly tablesBelow: (
    pending: PendingTable<Shape>,
  ) => readonly PendingTable<Shape>[] | undefined;
}

/**
 * The 4 KiB pages of all tables below some roots, each page once, the roots first. Skips tables
 * that cannot be read. Reads at most `limit` tables.
 */
export function* pagesOfTables<Shape>(
  { sizeInBytes, tablesBelow }: TableReader<Shape>,
  roots: readonly PendingTable<Shape>[],
  limit: number,
): Generator<TablePage, void, void> {
  // Kept by level, because a hostile table may serve as several. A page is reported once, at the
  // level where it was first met.
  const met = new Set<string>();
  const told = new Set<number>();
  for (const root of roots) {
    const pending = [root];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { shape, table, level } = next;
      const key = `${table}/${level}`;
      const below = met.has(key) ? undefined : tablesBelow(next);
      if (below === undefined) {
        continue;
      }
      met.add(key);
      pending.push(...below);
      const end = table + sizeInBytes(shape, level);
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
