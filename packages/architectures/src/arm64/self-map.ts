import { type PhysicalMemory, type Progress, tryRead, type VirtualRange } from '@vmcorekit/core';
import { isInMemory } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
import { isUnmapped } from '../walk-end.ts';
import { addressIn, kindOf } from './descriptors.ts';
import { type Arm64Root, shapeOf } from './root.ts';
import { pagesBelow, startOf, tableSizeInBytes } from './shape.ts';
import { walk } from './walk.ts';

const pageSizeInBytes = 0x1000;
/**
 * Bounds what a hostile page costs: as many tables as map 32 GiB in 4 KiB pages. Each is read
 * once.
 */
const maxTables = 16_384;
const tablesPerStep = 64;
const following: Progress = { kind: 'progress', doing: 'following page tables', fraction: null };
/** Linux maps its root once. */
const maxPlaces = 4;
/** How far from the root an image's parts may be; measured: an image of 40 MiB. */
const reachInBytes = 0x400_0000;
/** The parts of an image begin at multiples of it. Source: vmlinux.lds.S, SEGMENT_ALIGN. */
const segmentInBytes = 0x1_0000;

/**
 * Whether tables map the page of their own root in the window, and near it, with the same distance
 * between virtual and physical address, the image that holds the root: text, read-only data and
 * writable data.
 */
export function* mapsItself(
  memory: PhysicalMemory,
  root: Arm64Root,
  window: VirtualRange,
): Generator<Progress, boolean, void> {
  const places = yield* placesOfRoot(memory, root, window);
  for (const place of places.slice(0, maxPlaces)) {
    yield following;
    if (isInImage(memory, root, place)) {
      return true;
    }
  }
  return false;
}

/** The text and the constants lie below the root without a gap, the data above it. */
function isInImage(memory: PhysicalMemory, root: Arm64Root, place: bigint): boolean {
  const offset = place - BigInt(root.tableAddress);
  const middle = place - (place % BigInt(segmentInBytes));
  const rightsAt = (distance: number): string | undefined => {
    const address = middle + BigInt(distance);
    const mapping = tryRead(() => walk(memory, root, address));
    return mapping === undefined ||
      isUnmapped(mapping) ||
      address - BigInt(mapping.physicalAddress) !== offset
      ? undefined
      : `${mapping.isWritable ? 'writable' : 'read-only'}${mapping.isExecutable ? ' text' : ''}`;
  };
  const below = new Set<string>();
  for (let step = 0; step < reachInBytes && !below.has('read-only text'); step += segmentInBytes) {
    const rights = rightsAt(-step);
    if (rights === undefined) {
      return false;
    }
    below.add(rights);
  }
  if (!below.has('read-only') || !below.has('read-only text')) {
    return false;
  }
  for (let step = segmentInBytes; step < reachInBytes; step += segmentInBytes) {
    if (rightsAt(step) === 'writable') {
      return true;
    }
  }
  return false;
}

/**
 * Virtual addresses in the window at which tables map the page of their own root. None where an
 * entry leads to a table outside memory: so ends the walk of most pages that are no root, or a root
 * of another shape.
 */
function* placesOfRoot(
  memory: PhysicalMemory,
  root: Arm64Root,
  { start, end }: VirtualRange,
): Generator<Progress, readonly bigint[], void> {
  const { shape, tableAddress } = shapeOf(root);
  const [from, to] = [Number(start >> 12n), Number(end >> 12n)];
  const places: bigint[] = [];
  const met = new Set<string>();
  const pending = [
    { table: tableAddress, level: shape.levels, tablePage: Number(startOf(shape) >> 12n) },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { table, level, tablePage } = next;
    const key = `${table}/${level}`;
    if (met.has(key) || met.size >= maxTables || places.length >= maxPlaces) {
      continue;
    }
    met.add(key);
    if (met.size % tablesPerStep === 0) {
      yield following;
    }
    const words = tableWords(memory, table, tableSizeInBytes(shape, level)) ?? [];
    const pages = pagesBelow(shape, level);
    for (let index = 0; index < words.length / 2; index++) {
      const low = words[index * 2] ?? 0;
      const kind = kindOf(shape, level, low);
      const page = tablePage + index * pages;
      const isOther = level === 1 && ((low ^ tableAddress) & shape.addressMask) !== 0;
      if (kind === 'invalid' || isOther || page + pages <= from || page >= to) {
        continue;
      }
      const address = addressIn(shape, low, words[index * 2 + 1] ?? 0);
      const inLeaf = tableAddress - (address - (address % (pages * pageSizeInBytes)));
      if (kind === 'table') {
        if (!isInMemory(memory, address)) {
          return [];
        }
        pending.push({ table: address, level: level - 1, tablePage: page });
      } else if (inLeaf >= 0 && inLeaf < pages * pageSizeInBytes) {
        places.push((BigInt(page) << 12n) + BigInt(inLeaf));
      }
    }
  }
  return places;
}
