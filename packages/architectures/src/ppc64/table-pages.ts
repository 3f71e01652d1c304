import type { PhysicalMemory, TablePage, TranslationRoot } from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
import { type RadixTable, radixEntryOf, radixPartsOf, rootTable, sizeOfTable } from './radix.ts';

/** The pages of all tables below some roots; a window has none. */
export function tablePages(
  memory: PhysicalMemory,
  roots: readonly TranslationRoot[],
  limit: number,
): Generator<TablePage, void, void> {
  return pagesOfTables(
    memory,
    { sizeInBytes: sizeOfTable, byteOrder: 'big', tableBelow },
    roots
      .filter(({ tableAddress }) => tableAddress !== null)
      .map((root) => pending(rootTable(radixPartsOf(root).tableAddress))),
    limit,
  );
}

function pending(shape: RadixTable): PendingTable<RadixTable> {
  return { shape, table: shape.address, level: shape.level };
}

function tableBelow(
  { shape }: PendingTable<RadixTable>,
  low: number,
  high: number,
): PendingTable<RadixTable> | undefined {
  const entry = radixEntryOf(low, high, shape);
  return entry.kind === 'table' ? pending(entry.below) : undefined;
}
