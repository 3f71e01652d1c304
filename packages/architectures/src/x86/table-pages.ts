import { type PhysicalMemory, type TablePage, tryRead } from '@vmcorekit/core';
import { type PendingTable, pagesOfTables } from '../table-pages.ts';
import {
  addressIn,
  type Entry,
  entriesAt,
  entryBits,
  physicalLimit,
  type X86TableShape,
} from './entries.ts';
import type { X86Root } from './root.ts';

/** The pages of all tables below some roots. */
export function tablePages(
  memory: PhysicalMemory,
  shapeOf: (root: X86Root) => X86TableShape,
  roots: readonly X86Root[],
  limit: number,
): Generator<TablePage, void, void> {
  const physicalBits = physicalLimit(memory);
  return pagesOfTables(
    {
      sizeInBytes: tableSizeInBytes,
      tablesBelow: (pending) => tablesBelow(memory, physicalBits, pending),
    },
    roots.map((root) => ({
      shape: shapeOf(root),
      table: root.tableAddress % physicalBits,
      level: root.levels,
    })),
    limit,
  );
}

function tableSizeInBytes(shape: X86TableShape, level: number): number {
  return entriesAt(shape, level) * shape.entrySizeInBytes;
}

function tablesBelow(
  memory: PhysicalMemory,
  physicalBits: number,
  { shape, table, level }: PendingTable<X86TableShape>,
): PendingTable<X86TableShape>[] | undefined {
  const bytes = tryRead(() => memory.read(table, tableSizeInBytes(shape, level)));
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWide = shape.entrySizeInBytes === 8;
  const below: PendingTable<X86TableShape>[] = [];
  for (let at = 0; level > 1 && at < bytes.length; at += shape.entrySizeInBytes) {
    const entry: Entry = {
      low: view.getUint32(at, true),
      high: isWide ? view.getUint32(at + 4, true) : 0,
    };
    // A large page; at levels without large pages, a reserved bit.
    if ((entry.low & entryBits.present) !== 0 && (entry.low & entryBits.pageSize) === 0) {
      below.push({ shape, table: addressIn(entry, physicalBits), level: level - 1 });
    }
  }
  return below;
}
