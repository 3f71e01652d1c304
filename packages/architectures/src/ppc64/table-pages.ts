import {
  type PhysicalMemory,
  type TablePage,
  type TranslationRoot,
  tryRead,
} from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
import { type RadixTable, radixEntry, radixPartsOf, rootTable, sizeOfTable } from './radix.ts';

/** The pages of all tables below some roots; a window has none. */
export function tablePages(
  memory: PhysicalMemory,
  roots: readonly TranslationRoot[],
  limit: number,
): Generator<TablePage, void, void> {
  return pagesOfTables<RadixTable>(
    { sizeInBytes: sizeOfTable, tablesBelow: ({ shape }) => tablesBelow(memory, shape) },
    roots
      .filter(({ tableAddress }) => tableAddress !== null)
      .map((root) => pending(rootTable(radixPartsOf(root).tableAddress))),
    limit,
  );
}

function pending(shape: RadixTable): PendingTable<RadixTable> {
  return { shape, table: shape.address, level: shape.level };
}

function tablesBelow(
  memory: PhysicalMemory,
  table: RadixTable,
): PendingTable<RadixTable>[] | undefined {
  const bytes = tryRead(() => memory.read(table.address, sizeOfTable(table)));
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const below: PendingTable<RadixTable>[] = [];
  for (let at = 0; table.level > 1 && at < bytes.length; at += 8) {
    const entry = radixEntry(view.getBigUint64(at), table);
    if (entry.kind === 'table') {
      below.push(pending(entry.below));
    }
  }
  return below;
}
