import { isVmcorekitError, type MappedRun, type PhysicalMemory } from '@vmcorekit/core';
import {
  addressIn,
  type Entry,
  entriesAt,
  entryBits,
  isLeaf,
  leafAddress,
  noExecute,
  pageSizeInBytes,
  pagesBelow,
  physicalLimit,
  type X86TableShape,
} from './entries.ts';
import type { X86Root } from './root.ts';

/**
 * 4 KiB page numbers of a 64-bit address space: 52 bits, exact in a number, so a walk needs no
 * BigInt.
 */
const pageNumbers64 = 2 ** 52;
/**
 * Bounds hostile tables that point to themselves. Enough for 512 GiB mapped in 4 KiB pages: no
 * kernel image window, and no direct map with large pages, comes near.
 */
const maxTablesVisited = 262_144;
/**
 * A leaf's low word without the bits that change by use (accessed, dirty) or do not describe the
 * mapping (global, software bits).
 */
const leafBits = ~0xf60;
const isLittleEndianHost = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * The state of one listing. Runs are kept as page numbers and merged as they come, so an object is
 * made only for each finished run.
 */
interface Walk {
  readonly memory: PhysicalMemory;
  readonly shape: X86TableShape;
  readonly physicalBits: number;
  readonly from: number;
  readonly to: number;
  tablesLeft: number;
  /** The run that may still grow. */
  run: Span | undefined;
  /** Runs that are complete. */
  readonly done: MappedRun[];
}

/** A run in page numbers. */
interface Span {
  page: number;
  physicalAddress: number;
  pages: number;
  isWritable: boolean;
  isExecutable: boolean;
}

/** The mapped runs of [from, to), ascending, at most `limit`. Skips tables that cannot be read. */
export function* mappedRuns(
  memory: PhysicalMemory,
  shape: X86TableShape,
  root: X86Root,
  from: bigint,
  to: bigint,
  limit: number,
): Generator<MappedRun, void, void> {
  const walk: Walk = {
    memory,
    shape,
    physicalBits: physicalLimit(memory),
    from: Number(from >> 12n),
    to: Number((to + 0xfffn) >> 12n),
    tablesLeft: maxTablesVisited,
    run: undefined,
    done: [],
  };
  let yielded = 0;
  for (const run of completedRuns(walk, root)) {
    yield run;
    if (++yielded >= limit) {
      return;
    }
  }
}

function* completedRuns(walk: Walk, root: X86Root): Generator<MappedRun, void, void> {
  yield* visit(walk, root.tableAddress % walk.physicalBits, root.levels, 0, true, true);
  if (walk.run !== undefined) {
    yield toRun(walk.run);
  }
}

/** Walks one table and the tables below it, and yields the runs that are complete. */
function* visit(
  walk: Walk,
  table: number,
  level: number,
  tablePage: number,
  isWritableAbove: boolean,
  isExecutableAbove: boolean,
): Generator<MappedRun, void, void> {
  const { shape } = walk;
  const words = tableWords(walk, table, level);
  if (words === undefined) {
    return;
  }
  const wide = shape.entrySizeInBytes === 8;
  const entries = entriesAt(shape, level);
  const below = pagesBelow(shape, level);
  const isTop = level === shape.indexBits.length;
  const hasRights = !(shape.topHasNoRights && isTop);
  // The upper half of a sign-extended top table starts at the far end of the 64-bit space.
  const upperHalf = isTop && shape.isSignExtended ? pageNumbers64 - below * entries : 0;
  const entry: Entry = { low: 0, high: 0 };
  for (let index = 0; index < entries; index++) {
    entry.low = words[wide ? index * 2 : index] ?? 0;
    if ((entry.low & entryBits.present) === 0) {
      continue;
    }
    const page = tablePage + index * below + (index >= entries / 2 ? upperHalf : 0);
    if (page + below <= walk.from || page >= walk.to) {
      continue;
    }
    entry.high = wide ? (words[index * 2 + 1] ?? 0) : 0;
    const isWritable = isWritableAbove && (!hasRights || (entry.low & entryBits.writable) !== 0);
    const isExecutable = isExecutableAbove && (!hasRights || entry.high < noExecute);
    if (isLeaf(shape, level, entry)) {
      const likes = likeLeaves(words, index, wide, entries, below * pageSizeInBytes);
      const physicalAddress = leafAddress(shape, level, entry, below, walk.physicalBits);
      addLeaf(walk, page, below * likes, physicalAddress, isWritable, isExecutable);
      index += likes - 1;
    } else if ((entry.low & entryBits.pageSize) === 0 || !wide) {
      yield* visit(
        walk,
        addressIn(entry, walk.physicalBits),
        level - 1,
        page,
        isWritable,
        isExecutable,
      );
    }
    if (walk.done.length > 0) {
      yield* walk.done.splice(0);
    }
  }
}

/**
 * How many entries from `index` on continue each other: the same rights, the next address. Most
 * kernel entries do. This loop is cheap even before it is compiled, which is when a kernel search
 * walks.
 */
function likeLeaves(
  words: Uint32Array,
  index: number,
  wide: boolean,
  entries: number,
  sizeInBytes: number,
): number {
  const step = wide ? 2 : 1;
  const low = (words[index * step] ?? 0) & leafBits;
  const high = wide ? words[index * step + 1] : 0;
  // Where an address crosses 4 GiB the low word wraps, so a stretch ends there.
  const most = Math.min(entries - index, Math.ceil((0x1_0000_0000 - (low >>> 0)) / sizeInBytes));
  let count = 1;
  for (let at = (index + 1) * step; count < most; at += step, count++) {
    if (
      ((words[at] ?? 0) & leafBits) !== ((low + count * sizeInBytes) | 0) ||
      (wide && words[at + 1] !== high)
    ) {
      break;
    }
  }
  return count;
}

/** Adds what a leaf maps, cut to the range, to the current run; or starts a new run. */
function addLeaf(
  walk: Walk,
  leafPage: number,
  leafPages: number,
  leafPhysicalAddress: number,
  isWritable: boolean,
  isExecutable: boolean,
): void {
  const cutBefore = Math.max(0, walk.from - leafPage);
  const page = leafPage + cutBefore;
  const pages = leafPages - cutBefore - Math.max(0, leafPage + leafPages - walk.to);
  const physicalAddress = leafPhysicalAddress + cutBefore * pageSizeInBytes;
  const { run } = walk;
  if (
    run !== undefined &&
    run.page + run.pages === page &&
    run.physicalAddress + run.pages * pageSizeInBytes === physicalAddress &&
    run.isWritable === isWritable &&
    run.isExecutable === isExecutable
  ) {
    run.pages += pages;
    return;
  }
  if (run !== undefined) {
    walk.done.push(toRun(run));
  }
  walk.run = { page, physicalAddress, pages, isWritable, isExecutable };
}

/**
 * A copy of a table, because the walk below it would end a view's life. Undefined where the table
 * cannot be read, or the walk has read enough.
 */
function tableWords(walk: Walk, table: number, level: number): Uint32Array | undefined {
  if (walk.tablesLeft-- <= 0) {
    return undefined;
  }
  const bytes = new Uint8Array(entriesAt(walk.shape, level) * walk.shape.entrySizeInBytes);
  try {
    walk.memory.readInto(table, bytes);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return undefined;
    }
    throw error;
  }
  return isLittleEndianHost ? new Uint32Array(bytes.buffer) : littleEndianWords(bytes);
}

function littleEndianWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) =>
    view.getUint32(index * 4, true),
  );
}

function toRun(span: Span): MappedRun {
  return {
    virtualAddress: BigInt(span.page) << 12n,
    physicalAddress: span.physicalAddress,
    lengthInBytes: span.pages * pageSizeInBytes,
    isWritable: span.isWritable,
    isExecutable: span.isExecutable,
  };
}
