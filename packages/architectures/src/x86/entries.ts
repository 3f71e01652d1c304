import type { PhysicalMemory } from '@vmcorekit/core';
import type { AddressShape } from '../address-shape.ts';

/**
 * The shape of one kind of x86 page tables. Arrays run from the lowest level (page table) up.
 * Source: Intel SDM volume 3, chapter 4 "Paging"; AMD APM volume 2, chapter 5.
 */
export interface X86TableShape extends AddressShape {
  readonly entrySizeInBytes: 4 | 8;
  /** Levels (1 = lowest) where bit 7 of an entry maps a large page. */
  readonly largeLevels: readonly number[];
  /** True for PAE: its four top entries hold no rights, because those bits are reserved there. */
  readonly topHasNoRights: boolean;
}

/** Bits of an entry's low word. */
export const entryBits = { present: 1, writable: 2, user: 4, pageSize: 0x80 } as const;
/** The top bit of an entry's high word. */
export const noExecute = 0x8000_0000;
export const pageSizeInBytes = 0x1000;
const wordValues = 0x1_0000_0000;
/**
 * Bits 47 to 51 belong to memory encryption or key identifiers on any machine with less memory than
 * they could address.
 */
const encryptionBitsFrom = 2 ** 47;

/** One entry as two words, so that a walk needs no BigInt. */
export interface Entry {
  low: number;
  high: number;
}

export function isLeaf(shape: X86TableShape, level: number, entry: Entry): boolean {
  return (
    level === 1 || ((entry.low & entryBits.pageSize) !== 0 && shape.largeLevels.includes(level))
  );
}

/**
 * Where a leaf maps to. Bit 12 of a large page is its PAT bit. 32-bit paging keeps address bits 32
 * to 39 in bits 13 to 20 (PSE-36).
 */
export function leafAddress(
  shape: X86TableShape,
  level: number,
  entry: Entry,
  pages: number,
  physicalBits: number,
): number {
  if (shape.entrySizeInBytes === 4 && level === 2) {
    return ((entry.low & 0xffc0_0000) >>> 0) + ((entry.low >>> 13) & 0xff) * wordValues;
  }
  const address = addressIn(entry, physicalBits);
  return address - (address % (pages * pageSizeInBytes));
}

export function addressIn(entry: Entry, physicalBits: number): number {
  return (
    ((entry.high & 0x000f_ffff) * wordValues + ((entry.low & 0xffff_f000) >>> 0)) % physicalBits
  );
}

/**
 * Addresses in entries are 52 bits wide. Their top five bits may hold the encryption bit of SME and
 * SEV (47 or 51 on today's processors, CPUID 0x8000001f), TDX's shared bit, or MKTME's key
 * identifiers. A dump whose memory ends below 128 TiB uses these bits for nothing else, so they are
 * cleared there. Elsewhere they are kept.
 */
export function physicalLimit(memory: PhysicalMemory): number {
  const end = memory.ranges.at(-1)?.end ?? 0;
  return end <= encryptionBitsFrom ? encryptionBitsFrom : 2 ** 52;
}
