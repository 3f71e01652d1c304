import { type PhysicalMemory, type TablePage, tryRead } from '@vmcorekit/core';
import {
  addressIn,
  type Entry,
  entriesAt,
  entryBits,
  pageSizeInBytes,
  physicalLimit,
  type X86TableShape,
} from './entries.ts';
import type { X86Root } from './root.ts';

/** A table that is not read yet. */
interface Pending {
  readonly table: number;
  readonly level: number;
}

/**
 * The pages of all tables below some roots, each page once, the roots first. Skips tables that
 * cannot be read.
 */
export function* tablePages(
  memory: PhysicalMemory,
  shapeOf: (root: X86Root) => X86TableShape,
  roots: readonly X86Root[],
  limit: number,
): Generator<TablePage, void, void> {
  // Kept by level, because a hostile table may serve as several. A page is reported once, at the
  // level where it was first met.
  const met = new Set<string>();
  const told = new Set<number>();
  for (const root of roots) {
    const shape = shapeOf(root);
    const pending: Pending[] = [
      { table: root.tableAddress % physicalLimit(memory), level: root.levels },
    ];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { table, level } = next;
      const key = `${table}/${level}`;
      const below = met.has(key) ? undefined : tablesBelow(memory, shape, next);
      if (below === undefined) {
        continue;
      }
      met.add(key);
      pending.push(...below);
      const physicalAddress = table - (table % pageSizeInBytes);
      if (!told.has(physicalAddress)) {
        told.add(physicalAddress);
        yield { physicalAddress, level };
      }
      if (met.size >= limit) {
        return;
      }
    }
  }
}

/** The targets of a table's entries; undefined where it cannot be read. */
function tablesBelow(
  memory: PhysicalMemory,
  shape: X86TableShape,
  { table, level }: Pending,
): Pending[] | undefined {
  const bytes = tryRead(() => memory.read(table, entriesAt(shape, level) * shape.entrySizeInBytes));
  if (bytes === undefined) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWide = shape.entrySizeInBytes === 8;
  const physicalBits = physicalLimit(memory);
  const below: Pending[] = [];
  for (let at = 0; level > 1 && at < bytes.length; at += shape.entrySizeInBytes) {
    const entry: Entry = {
      low: view.getUint32(at, true),
      high: isWide ? view.getUint32(at + 4, true) : 0,
    };
    // A large page; at levels without large pages, a reserved bit.
    if ((entry.low & entryBits.present) !== 0 && (entry.low & entryBits.pageSize) === 0) {
      below.push({ table: addressIn(entry, physicalBits), level: level - 1 });
    }
  }
  return below;
}
