import type { EntryKind, Rights, TableFormat, TablePart } from '../radix/format.ts';

/**
 * Entries of DAT tables, from region tables (levels 5 to 3) through segment tables (2) to page
 * tables (1). Source: z/Architecture Principles of Operation, SA22-7832, chapter 3 "Storage",
 * "Dynamic Address Translation": formats of table entries, Enhanced-DAT Facilities 1 and 2,
 * Instruction-Execution-Protection Facility.
 */
const regionOrSegmentInvalid = 0x20;
const pageInvalid = 0x400;
/** A large frame: 1 MiB in a segment table, 2 GiB in a region-third table. */
const formatControl = 0x400;
const isProtected = 0x200;
const noExecute = 0x100;
/** A bit of page-table entries that must be zero. */
const pageReserved = 0x800;
const typeBits = 0xc;
const indexBitsOfLevels = [8, 11, 11, 11, 11] as const;
/** What an entry of each level maps, the lowest first. */
const sizesInBytes = [2 ** 12, 2 ** 20, 2 ** 31, 2 ** 42, 2 ** 53] as const;
const pageTableEntries = 256;
/** A table's length and its offset count in these. */
const entriesPerUnit = 512;
/** Bits of the high word of an address beyond 2^52, where no machine has memory. */
const beyondMemory = 0xfff0_0000;
const wordValues = 2 ** 32;
const segmentLevel = 2;
const regionThirdLevel = 3;

/** `levels` as the type of an ASCE says: 2 for a segment table, to 5 for a region-first table. */
export function formatOf(levels: 2 | 3 | 4 | 5): TableFormat {
  return {
    name: 's390x',
    indexBits: indexBitsOfLevels.slice(0, levels),
    isSignExtended: false,
    kindOf,
    leafAddress: (level, low, high) => {
      const size = sizeOf(level);
      const address = high * wordValues + (low >>> 0);
      return address - (address % size);
    },
    tableBelow,
    through,
    isEmpty: (level, low, high) =>
      high === 0 &&
      (low === 0 ||
        (level === 1 ? low === pageInvalid : (low & ~typeBits) === regionOrSegmentInvalid)),
    // All but the bits of software, and those of a segment's table length.
    leafBits: ~(0xff & ~(regionOrSegmentInvalid | typeBits)),
    leafStep: sizeOf,
  };
}

/**
 * The part of a table with a length and an offset, in the units of its parent's entry. None where
 * the offset lies beyond the length.
 */
export function partOf(table: number, offset: number, length: number): TablePart {
  const first = offset * entriesPerUnit;
  return { table, first, end: Math.max(first, (length + 1) * entriesPerUnit) };
}

/**
 * An entry of zeros is valid to a processor, and leads to absolute address 0. No kernel makes one
 * (Linux has bits of software in all that it maps), and a lost page reads as zeros: so it counts as
 * absent.
 */
function kindOf(level: number, low: number, high: number): EntryKind {
  if ((low & (level === 1 ? pageInvalid : regionOrSegmentInvalid)) !== 0 || (low | high) === 0) {
    return 'absent';
  }
  if ((high & beyondMemory) !== 0) {
    return 'reserved';
  }
  if (level === 1) {
    return (low & pageReserved) === 0 ? 'leaf' : 'reserved';
  }
  if ((low & typeBits) >> 2 !== level - segmentLevel) {
    return 'reserved';
  }
  return level <= regionThirdLevel && (low & formatControl) !== 0 ? 'leaf' : 'table';
}

function tableBelow(level: number, low: number, high: number): TablePart {
  const above = high * wordValues;
  return level === segmentLevel
    ? { table: above + ((low & ~0x7ff) >>> 0), first: 0, end: pageTableEntries }
    : partOf(above + ((low & ~0xfff) >>> 0), (low >> 6) & 3, low & 3);
}

/** Protection of a table holds for all below it. */
function through(above: Rights, kind: 'table' | 'leaf', low: number): Rights {
  return {
    isWritable: above.isWritable && (low & isProtected) === 0,
    isExecutable: above.isExecutable && (kind === 'table' || (low & noExecute) === 0),
    isUser: above.isUser,
  };
}

function sizeOf(level: number): number {
  return sizesInBytes[level - 1] ?? 0;
}
