import type { PhysicalMemory, TablePage, TranslationRoot } from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
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
    { sizeInBytes: tableSizeInBytes, tablesBelow: (pending) => tablesBelow(memory, pending) },
    roots.map((root) => {
      const { shape, tableAddress } = shapeOf(root);
      return { shape, table: tableAddress, level: shape.levels };
    }),
    limit,
  );
}

function tablesBelow(
  memory: PhysicalMemory,
  { shape, table, level }: PendingTable<Arm64Shape>,
): PendingTable<Arm64Shape>[] | undefined {
  const words = tableWords(memory, table, tableSizeInBytes(shape, level));
  if (words === undefined) {
    return undefined;
  }
  const below: PendingTable<Arm64Shape>[] = [];
  for (let at = 0; level > 1 && at < words.length; at += 2) {
    const low = words[at] ?? 0;
    if (kindOf(shape, level, low) === 'table') {
      below.push({
        shape,
        table: addressIn(shape, low, words[at + 1] ?? 0),
        level: level - 1,
      });
    }
  }
  return below;
}
