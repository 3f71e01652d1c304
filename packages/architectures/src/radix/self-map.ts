import type { PhysicalMemory, Progress, VirtualRange } from '@vmcorekit/core';
import { entriesAt, pagesBelow, upperHalfPages } from '../address-shape.ts';
import { offsetOf } from '../linear-runs.ts';
import { tableWords } from '../table-words.ts';
import { entrySizeInBytes, pageSizeInBytes, type TopTable } from './format.ts';
import { mappedRuns } from './mapped-runs.ts';

/** Bounds what a hostile page costs. Each table is read once. */
const maxTables = 65_536;
const tablesPerStep = 64;
const following: Progress = { kind: 'progress', doing: 'following page tables', fraction: null };
/** Linux maps its root in its image and in its map of all memory; more may be an attacker's. */
const maxPlaces = 8;
/** How far from the root the parts of an image may be; no image comes near it. */
const reachInBytes = 256n * 1024n * 1024n;

/**
 * Whether tables map the page of their own root in a window, among writable data, and with it text
 * at the same distance between virtual and physical address: the image that holds the root.
 */
export function* mapsItself(
  memory: PhysicalMemory,
  top: TopTable,
  window: VirtualRange,
): Generator<Progress, boolean, void> {
  const places = yield* placesOfRoot(memory, top, window);
  for (const place of places.slice(0, maxPlaces)) {
    yield following;
    if (isInImage(memory, top, place)) {
      return true;
    }
  }
  return false;
}

function isInImage(memory: PhysicalMemory, top: TopTable, place: bigint): boolean {
  const offset = place - BigInt(top.part.table);
  const from = place > reachInBytes ? place - reachInBytes : 0n;
  let hasText = false;
  let isInData = false;
  for (const run of mappedRuns(memory, top, from, place + reachInBytes)) {
    if (offsetOf(run) === offset) {
      hasText ||= run.isExecutable && !run.isWritable;
      isInData ||=
        run.isWritable &&
        run.virtualAddress <= place &&
        place < run.virtualAddress + BigInt(run.lengthInBytes);
    }
  }
  return hasText && isInData;
}

/** Virtual addresses in the window at which tables map the page of their own root. */
function* placesOfRoot(
  memory: PhysicalMemory,
  { format, part: top }: TopTable,
  { start, end }: VirtualRange,
): Generator<Progress, readonly bigint[], void> {
  const [from, to] = [Number(start >> 12n), Number(end >> 12n)];
  const places: bigint[] = [];
  const met = new Set<string>();
  const pending = [{ part: top, level: format.indexBits.length, tablePage: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { part, level, tablePage } = next;
    const key = `${part.table}/${level}`;
    if (met.has(key) || met.size >= maxTables || places.length >= maxPlaces) {
      continue;
    }
    met.add(key);
    if (met.size % tablesPerStep === 0) {
      yield following;
    }
    const sizeInBytes = (part.end - part.first) * entrySizeInBytes;
    const words = tableWords(memory, part.table + part.first * entrySizeInBytes, sizeInBytes) ?? [];
    const pages = pagesBelow(format, level);
    const half = entriesAt(format, level) / 2;
    const upperHalf = level === format.indexBits.length ? upperHalfPages(format) : 0;
    for (let at = 0; at < words.length / 2; at++) {
      const index = part.first + at;
      const page = tablePage + index * pages + (index >= half ? upperHalf : 0);
      if (page + pages <= from || page >= to) {
        continue;
      }
      const low = words[at * 2] ?? 0;
      const high = words[at * 2 + 1] ?? 0;
      const kind = format.kindOf(level, low, high);
      if (kind === 'table') {
        const below = format.tableBelow(level, low, high);
        pending.push({ part: below, level: level - 1, tablePage: page });
      } else if (kind === 'leaf') {
        const inLeaf = top.table - format.leafAddress(level, low, high, index);
        if (inLeaf >= 0 && inLeaf < pages * pageSizeInBytes) {
          places.push((BigInt(page) << 12n) + BigInt(inLeaf));
        }
      }
    }
  }
  return places;
}
