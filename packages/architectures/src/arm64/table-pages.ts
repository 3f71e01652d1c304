import type { PhysicalMemory, TablePage, TranslationRoot } from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
import { addressIn, kindOf } from './descriptors.ts';
import { shapeOf } from './root.ts';
import { type Arm64Shape, tableSizeInBytes } from './shape.ts';

/** The pages of all tables below some roots. */
export function tablePages(
  memory: PhysicalMemory,
  roots: readonly TranslationRoot[],
  limit: number,
): Generator<TablePage, void, void> {
  return pagesOfTables(
    memory,
    { sizeInBytes: tableSizeInBytes, tableBelow },
    roots.map((root) => {
      const { shape, tableAddress } = shapeOf(root);
      return { shape, table: tableAddress, level: shape.levels };
    }),
    limit,
  );
}

function tableBelow(
  { shape, level }: PendingTable<Arm64Shape>,
  low: number,
  high: number,
): PendingTable<Arm64Shape> | undefined {
  return kindOf(shape, level, low) === 'table'
    ? { shape, table: addressIn(shape, low, high), level: level - 1 }
    : undefined;
}
