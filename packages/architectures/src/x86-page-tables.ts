import type { MappedRun, Paging, PagingRoot, PhysicalMemory, Translation } from '@vmcorekit/core';
import { isVmcorekitError, VmcorekitError } from '@vmcorekit/core';

/**
 * The shape of one of x86's kinds of page tables. Arrays run from the lowest level (page table) up.
 * Source: Intel SDM volume 3, chapter 4 "Paging"; AMD APM volume 2, chapter 5.
 */
export interface X86TableShape {
  readonly entrySizeInBytes: 4 | 8;
  /** Index bits a level; their number is the number of levels. */
  readonly indexBits: readonly number[];
  /** Levels (1 = lowest) whose entries may map a large page by bit 7. */
  readonly largeLevels: readonly number[];
  /** Long mode: addresses must be sign-extended, and come out so. */
  readonly isSignExtended: boolean;
  /** PAE's four top entries hold no rights: those bits are reserved there. */
  readonly topHasNoRights: boolean;
}

const present = 1;
const writable = 2;
const user = 4;
const pageSize = 0x80;
const noExecute = 0x8000_0000;
const wordValues = 0x1_0000_0000;
const pageSizeInBytes = 0x1000;
/** 4 KiB page numbers of a 64-bit address space: 52 bits, exact in a number, so a walk needs no BigInt. */
const pageNumbers64 = 2 ** 52;

/** Bits 47 to 51 are memory encryption's or key identifiers' wherever the machine has less memory than they could address. */
const encryptionBitsFrom = 2 ** 47;

/**
 * So hostile tables that point to themselves end: enough for 512 GiB mapped in 4 KiB pages, which no kernel image window and no
 * direct map that uses large pages comes near.
 */
const tablesVisitedAtMost = 262_144;
const runsAtMost = 65_536;

interface Entry {
  low: number;
  high: number;
}

/** One of x86's kinds of paging, by its shape. `rootOf` is the mode's own. */
export function x86Paging(shapeOf: (root: PagingRoot) => X86TableShape, rootOf: Paging['rootOf']): Paging {
  return {
    rootOf,
    translate: (memory, root, virtualAddress) => translate(memory, shapeOf(root), root, virtualAddress),
    mappedRuns: (memory, root, from, to, limit = runsAtMost) => mappedRuns(memory, shapeOf(root), root, from, to, limit),
  };
}

function translate(memory: PhysicalMemory, shape: X86TableShape, root: PagingRoot, virtualAddress: bigint): Translation {
  const pageNumber = pageNumberOf(shape, virtualAddress);
  if (pageNumber === undefined) {
    throw new VmcorekitError('not-mapped', { virtualAddress, because: `it is not canonical with ${root.levels} levels` });
  }
  const physicalBits = physicalLimit(memory);
  const entries: { at: number; value: bigint }[] = [];
  const entry: Entry = { low: 0, high: 0 };
  let table = root.pageTableRoot % physicalBits;
  let isWritable = true;
  let isUser = true;
  let isExecutable = true;
  for (let level = root.levels; level >= 1; level--) {
    const below = pagesBelow(shape, level);
    const at = table + (Math.floor(pageNumber / below) % entriesAt(shape, level)) * shape.entrySizeInBytes;
    readEntry(memory, shape, at, entry);
    entries.push({ at, value: (BigInt(entry.high) << 32n) | BigInt(entry.low) });
    if ((entry.low & present) === 0) {
      throw new VmcorekitError('not-mapped', { virtualAddress, because: `its level ${level} entry is not present`, entryAt: at });
    }
    if (!(shape.topHasNoRights && level === root.levels)) {
      isWritable &&= (entry.low & writable) !== 0;
      isUser &&= (entry.low & user) !== 0;
      isExecutable &&= entry.high < noExecute;
    }
    if (isLeaf(shape, level, entry)) {
      const mappingSizeInBytes = below * pageSizeInBytes;
      const inPage = (pageNumber % below) * pageSizeInBytes + Number(virtualAddress & 0xfffn);
      const physicalAddress = leafAddress(shape, level, entry, physicalBits) + inPage;
      return { physicalAddress, mappingSizeInBytes, isWritable, isExecutable, isUser, entries };
    }
    if ((entry.low & pageSize) !== 0 && level > 1 && shape.entrySizeInBytes === 8) {
      throw new VmcorekitError('not-mapped', {
        virtualAddress,
        because: `its level ${level} entry has a reserved bit set`,
        entryAt: at,
      });
    }
    table = addressIn(entry, physicalBits);
  }
  throw new VmcorekitError('contract', { what: `a root of ${root.levels} levels has no lowest level` });
}

interface Walk {
  readonly memory: PhysicalMemory;
  readonly shape: X86TableShape;
  readonly top: number;
  readonly physicalBits: number;
  readonly from: number;
  readonly to: number;
  tablesLeft: number;
}

/** A run in page numbers; numbers only, so that merging costs nothing. */
interface Span {
  page: number;
  physicalAddress: number;
  pages: number;
  isWritable: boolean;
  isExecutable: boolean;
}

function* mappedRuns(
  memory: PhysicalMemory,
  shape: X86TableShape,
  root: PagingRoot,
  from: bigint,
  to: bigint,
  limit: number,
): Generator<MappedRun, void, void> {
  const physicalBits = physicalLimit(memory);
  const firstPage = Number(from >> 12n);
  const lastPage = Number((to + 0xfffn) >> 12n);
  const walk = { memory, shape, top: root.levels, physicalBits, from: firstPage, to: lastPage, tablesLeft: tablesVisitedAtMost };
  let run: Span | undefined;
  let yielded = 0;
  for (const span of spans(walk, root.pageTableRoot % physicalBits, root.levels, 0, true, true)) {
    if (run !== undefined && continues(run, span)) {
      run.pages += span.pages;
      continue;
    }
    if (run !== undefined) {
      yield toRun(run);
      if (++yielded >= limit) {
        return;
      }
    }
    run = { ...span };
  }
  if (run !== undefined) {
    yield toRun(run);
  }
}

function* spans(
  walk: Walk,
  table: number,
  level: number,
  tablePage: number,
  isWritableAbove: boolean,
  isExecutableAbove: boolean,
): Generator<Span, void, void> {
  const { shape, top } = walk;
  const below = pagesBelow(shape, level);
  const isTop = level === top;
  // The upper half of a sign-extended top table starts at the far end of the 64-bit space.
  const upperHalf = isTop && shape.isSignExtended ? pageNumbers64 - below * entriesAt(shape, level) : 0;
  const entry: Entry = { low: 0, high: 0 };
  const words = tableWords(walk, table, level);
  if (words === undefined) {
    return;
  }
  // Neighbours are joined here already: handing each page of a table of 4 KiB pages up through every level would cost far more.
  let run: Span | undefined;
  for (let index = 0; index < entriesAt(shape, level); index++) {
    const page = tablePage + index * below + (index >= entriesAt(shape, level) / 2 ? upperHalf : 0);
    if (page + below <= walk.from || page >= walk.to) {
      continue;
    }
    entry.low = words[shape.entrySizeInBytes === 8 ? index * 2 : index] ?? 0;
    entry.high = shape.entrySizeInBytes === 8 ? (words[index * 2 + 1] ?? 0) : 0;
    if ((entry.low & present) === 0) {
      continue;
    }
    const hasRights = !(shape.topHasNoRights && isTop);
    const isWritable = isWritableAbove && (!hasRights || (entry.low & writable) !== 0);
    const isExecutable = isExecutableAbove && (!hasRights || entry.high < noExecute);
    if (isLeaf(shape, level, entry)) {
      const cutBefore = Math.max(0, walk.from - page);
      const pages = below - cutBefore - Math.max(0, page + below - walk.to);
      const physicalAddress = leafAddress(shape, level, entry, walk.physicalBits) + cutBefore * pageSizeInBytes;
      const next = { page: page + cutBefore, physicalAddress, pages, isWritable, isExecutable };
      if (run !== undefined && continues(run, next)) {
        run.pages += pages;
        continue;
      }
      if (run !== undefined) {
        yield run;
      }
      run = next;
    } else if ((entry.low & pageSize) === 0 || shape.entrySizeInBytes === 4) {
      if (run !== undefined) {
        yield run;
        run = undefined;
      }
      yield* spans(walk, addressIn(entry, walk.physicalBits), level - 1, page, isWritable, isExecutable);
    }
  }
  if (run !== undefined) {
    yield run;
  }
}

/** A copy of a table (the view would not outlive the walk below it), or undefined where it cannot be read or the walk has gone far enough. */
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
  const view = new DataView(bytes.buffer);
  const words = new Uint32Array(bytes.length / 4);
  for (let index = 0; index < words.length; index++) {
    words[index] = view.getUint32(index * 4, true);
  }
  return words;
}

function continues(run: Span, next: Span): boolean {
  return (
    run.page + run.pages === next.page &&
    run.physicalAddress + run.pages * pageSizeInBytes === next.physicalAddress &&
    run.isWritable === next.isWritable &&
    run.isExecutable === next.isExecutable
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

function readEntry(memory: PhysicalMemory, shape: X86TableShape, at: number, into: Entry): void {
  into.low = memory.readUint32(at);
  into.high = shape.entrySizeInBytes === 8 ? memory.readUint32(at + 4) : 0;
}

function isLeaf(shape: X86TableShape, level: number, entry: Entry): boolean {
  return level === 1 || ((entry.low & pageSize) !== 0 && shape.largeLevels.includes(level));
}

/** Where a leaf maps to. Bit 12 of a large page is its PAT bit, and 32-bit paging keeps address bits 32 to 39 in bits 13 to 20 (PSE-36). */
function leafAddress(shape: X86TableShape, level: number, entry: Entry, physicalBits: number): number {
  if (shape.entrySizeInBytes === 4 && level === 2) {
    return ((entry.low & 0xffc0_0000) >>> 0) + ((entry.low >>> 13) & 0xff) * wordValues;
  }
  const address = addressIn(entry, physicalBits);
  return address - (address % (pagesBelow(shape, level) * pageSizeInBytes));
}

function addressIn(entry: Entry, physicalBits: number): number {
  return ((entry.high & 0x000f_ffff) * wordValues + ((entry.low & 0xffff_f000) >>> 0)) % physicalBits;
}

/**
 * Addresses in entries are 52 bits wide. The encryption bit of SME and SEV (47 or 51 on the processors there are, CPUID 0x8000001f), TDX's
 * shared bit and MKTME's key identifiers lie among the top five; a dump whose memory ends below 128 TiB has no other use for them,
 * so they are cleared there and kept elsewhere.
 */
function physicalLimit(memory: PhysicalMemory): number {
  const end = memory.ranges.at(-1)?.end ?? 0;
  return end <= encryptionBitsFrom ? encryptionBitsFrom : 2 ** 52;
}

function entriesAt(shape: X86TableShape, level: number): number {
  return 2 ** (shape.indexBits[level - 1] ?? 0);
}

/** How many 4 KiB pages one entry of a level maps. */
function pagesBelow(shape: X86TableShape, level: number): number {
  let bits = 0;
  for (let lower = 0; lower < level - 1; lower++) {
    bits += shape.indexBits[lower] ?? 0;
  }
  return 2 ** bits;
}

function pageNumberOf(shape: X86TableShape, virtualAddress: bigint): number | undefined {
  const bits = 12 + shape.indexBits.reduce((sum, each) => sum + each, 0);
  const canonical = shape.isSignExtended
    ? BigInt.asUintN(64, BigInt.asIntN(bits, virtualAddress))
    : BigInt.asUintN(bits, virtualAddress);
  return canonical === virtualAddress ? Number(virtualAddress >> 12n) : undefined;
}
