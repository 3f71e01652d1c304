import type { PhysicalMemory, TablePage } from '@vmcorekit/core';
import { entriesAt } from '../address-shape.ts';
import { pagesOfTables } from '../table-pages.ts';
import { addressIn, entryBits, physicalLimit, type X86TableShape } from './entries.ts';
import type { X86Root } from './root.ts';

/** The pages of all tables below some roots. */
export function tablePages(
  memory: PhysicalMemory,
  shapeOf: (root: X86Root) => X86TableShape,
  roots: readonly X86Root[],
  limit: number,
): Generator<TablePage, void, void> {
  const physicalBits = physicalLimit(memory);
  return pagesOfTables<X86TableShape>(
    memory,
    {
      sizeInBytes: (shape, level) => entriesAt(shape, level) * shape.entrySizeInBytes,
      entrySizeInBytes: (shape) => shape.entrySizeInBytes,
      // Not through a large page; at levels without large pages, a reserved bit.
      tableBelow: ({ shape, level }, low, high) =>
        (low & entryBits.present) !== 0 && (low & entryBits.pageSize) === 0
          ? { shape, table: addressIn({ low, high }, physicalBits), level: level - 1 }
          : undefined,
    },
    roots.map((root) => ({
      shape: shapeOf(root),
      table: root.tableAddress % physicalBits,
      level: root.levels,
    })),
    limit,
  );
}
