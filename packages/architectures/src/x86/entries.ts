import type { PhysicalMemory } from '@vmcorekit/core';

/**
 * The shape of one kind of x86 page tables. Arrays run from the lowest level (page table) up.
 * Source: Intel SDM volume 3, chapter 4 "Paging"; AMD APM volume 2, chapter 5.
 */
export interface X86TableShape {
  readonly entrySizeInBytes: 4 | 8;
  /** Index bits of each level; their number is the number of levels. */
  readonly indexBits: readonly number[];
  /** Levels (1 = lowest) where bit 7 of an entry maps a large page. */
  readonly largeLevels: readonly number[];
  /** Long mode: addresses must be sign-extended, and results are. */
  readonly isSignExtended: boolean;
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

export function entriesAt(shape: X86TableShape, level: number): number {
  return 2 ** (shape.indexBits[level - 1] ?? 0);
}

/** How many 4 KiB pages one entry of a level maps. */
export function pagesBelow(shape: X86TableShape, level: number): number {
  let bits = 0;
  for (let lower = 0; lower < level - 1; lower++) {
    bits += shape.indexBits[lower] ?? 0;
  }
  return 2 ** bits;
}

/**
 * The end of the non-canonical addresses: the start of the upper half. Without an upper half, the
 * end of the 64-bit space.
 */
export function canonicalFrom(shape: X86TableShape): bigint {
  return 2n ** 64n - (shape.isSignExtended ? 2n ** BigInt(addressBits(shape) - 1) : 0n);
}

function addressBits({ indexBits }: X86TableShape): number {
  return 12 + indexBits.reduce((sum, each) => sum + each, 0);
}

export function pageNumberOf(shape: X86TableShape, virtualAddress: bigint): number | undefined {
  const bits = addressBits(shape);
  const canonical = shape.isSignExtended
    ? BigInt.asUintN(64, BigInt.asIntN(bits, virtualAddress))
    : BigInt.asUintN(bits, virtualAddress);
  return canonical === virtualAddress ? Number(virtualAddress >> 12n) : undefined;
}
