import {
  type FoundRoot,
  type PhysicalMemory,
  type Progress,
  tryRead,
  type VirtualRange,
} from '@vmcorekit/core';
import { pagesThat } from '../pages-that.ts';
import { x86Root } from './root.ts';

const entrySizeInBytes = 8;
const entriesPerTable = 512;
const present = 1;
const large = 0x80;
/**
 * Entries with no bit set from 52 on: a table that leads to executable memory has none of these
 * bits.
 */
const highWordsBelow = 0x10_0000;
const wordValues = 0x1_0000_0000;

/**
 * Pages whose tables lead to a window of virtual memory, at four levels and at five. Every
 * process's root does, and all roots of one kernel lead there by one table below them:
 * `sharedTable`. Source: Intel SDM volume 3, "4-Level Paging and 5-Level Paging".
 */
export function* findRoots(
  memory: PhysicalMemory,
  { start }: VirtualRange,
): Generator<FoundRoot | Progress, void, void> {
  const end = memory.ranges.at(-1)?.end ?? 0;
  const topEntry = { offset: indexAt(start, 4) * entrySizeInBytes, sizeInBytes: entrySizeInBytes };
  // The table that the entry looked at last could lead to.
  let next = 0;
  const leadsToTable = (entry: Uint8Array): boolean => {
    const table = tableIn(entry, end);
    next = table ?? 0;
    return table !== undefined;
  };
  // Every process's entry is the same, so its target is looked up once.
  const levelsThrough = new Map<number, number | undefined>();
  for (const step of pagesThat(memory, leadsToTable, topEntry)) {
    if (typeof step !== 'number') {
      yield step;
      continue;
    }
    if (!levelsThrough.has(next)) {
      levelsThrough.set(next, levelsAbove(memory, next, start));
    }
    const levels = levelsThrough.get(next);
    if (levels !== undefined) {
      yield { root: x86Root(step, levels), sharedTable: next };
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
      tableIn(view, end),
    ),
  );
}

/**
 * The table an entry leads to: present, not large, no bit set from 52 on, inside existing memory.
 * Read byte by byte, because a view may be unaligned.
 */
function tableIn(entry: Uint8Array, end: number): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = entry;
  const high = (e | (f << 8) | (g << 16) | (h << 24)) >>> 0;
  if ((a & present) === 0 || (a & large) !== 0 || high >= highWordsBelow) {
    return undefined;
  }
  const table = high * wordValues + ((((b & 0xf0) << 8) | (c << 16) | (d << 24)) >>> 0);
  return table < end ? table : undefined;
}
