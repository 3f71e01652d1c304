import {
  type FoundRoot,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Progress,
  tryRead,
  type VirtualRange,
} from '@vmcorekit/core';
import { type EntryAt, entriesAtPages } from '../table-looks.ts';
import { x86Root } from './root.ts';

const entrySizeInBytes = 8;
const entriesPerTable = 512;
const pageSizeInBytes = 0x1000;
const present = 1;
const large = 0x80;
/**
 * Entries with no bit set from 52 on: a table that leads to executable memory has none of these
 * bits.
 */
const highWordsBelow = 0x10_0000;
const wordValues = 0x1_0000_0000;

/** For each entry of a top table, the pages in which it leads to a table, and that table. */
const topEntryLooks: Map<number, MemoryLook<EntryAt<number>>> = new Map();

/** The pages whose top entry for a window leads to a table. */
export function rootLook({ start }: VirtualRange): MemoryLook<EntryAt<number>> {
  const index = indexAt(start, 4);
  const look =
    topEntryLooks.get(index) ??
    entriesAtPages(
      pageSizeInBytes,
      index * entrySizeInBytes,
      entrySizeInBytes,
      (bytes, at, { ranges }) => tableIn(bytes, at, ranges.at(-1)?.end ?? 0),
    );
  topEntryLooks.set(index, look);
  return look;
}

/**
 * Pages whose tables lead to a window of virtual memory, at four levels and at five. Every
 * process's root does, and all roots of one kernel lead there by one table below them:
 * `sharedTable`. Source: Intel SDM volume 3, "4-Level Paging and 5-Level Paging".
 */
export function* findRoots(
  memory: PhysicalMemory,
  window: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  // Every process's entry is the same, so its target is looked up once.
  const levelsThrough = new Map<number, number | undefined>();
  for (const step of lookThrough(memory, rootLook(window))) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    const { page, entry: table } = step;
    if (!levelsThrough.has(table)) {
      levelsThrough.set(table, levelsAbove(memory, table, window.start));
    }
    const levels = levelsThrough.get(table);
    if (levels !== undefined) {
      yield { root: x86Root(page, levels), sharedTable: table };
    }
  }
}

/** The entry of a table of that level that translates an address. */
function indexAt(virtualAddress: bigint, level: number): number {
  return Number((virtualAddress >> BigInt(12 + 9 * (level - 1))) % BigInt(entriesPerTable));
}

/**
 * The levels of a root whose top entry leads to this table. Undefined where the table does not lead
 * to the window.
 */
function levelsAbove(memory: PhysicalMemory, table: number, start: bigint): number | undefined {
  if (tableBehind(memory, table, indexAt(start, 3)) !== undefined) {
    return 4;
  }
  const third = tableBehind(memory, table, indexAt(start, 4));
  return third !== undefined && tableBehind(memory, third, indexAt(start, 3)) !== undefined
    ? 5
    : undefined;
}

function tableBehind(memory: PhysicalMemory, table: number, entry: number): number | undefined {
  const end = memory.ranges.at(-1)?.end ?? 0;
  return tryRead(() =>
    memory.withView(table + entry * entrySizeInBytes, entrySizeInBytes, (view) =>
      tableIn(view, 0, end),
    ),
  );
}

/**
 * The table an entry leads to: present, not large, no bit set from 52 on, inside existing memory.
 * Read byte by byte, because a view may be unaligned.
 */
function tableIn(bytes: Uint8Array, at: number, end: number): number | undefined {
  const byte = (index: number): number => bytes[at + index] ?? 0;
  const high = (byte(4) | (byte(5) << 8) | (byte(6) << 16) | (byte(7) << 24)) >>> 0;
  if ((byte(0) & present) === 0 || (byte(0) & large) !== 0 || high >= highWordsBelow) {
    return undefined;
  }
  const low = (((byte(1) & 0xf0) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
  const table = high * wordValues + low;
  return table < end ? table : undefined;
}
