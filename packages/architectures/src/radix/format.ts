/**
 * What an entry is: it leads to a table of the next level, maps memory, or does neither. `absent`:
 * the processor takes it for nothing. `reserved`: it holds what no processor accepts.
 */
export type EntryKind = 'table' | 'leaf' | 'absent' | 'reserved';

/** What the entries of a walk allow together. */
export interface Rights {
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
  readonly isUser: boolean;
}

/** The part of a table that a processor reads: entries [first, end). */
export interface TablePart {
  readonly table: number;
  readonly first: number;
  readonly end: number;
}

/**
 * One kind of page tables with entries of eight bytes. Levels count from the lowest, which is 1. An
 * entry is two words, so that a walk needs no BigInt.
 */
export interface TableFormat {
  readonly name: string;
  /** Index bits of each level, the lowest first. */
  readonly indexBits: readonly number[];
  /** Whether the upper half of the top table serves the end of the 64-bit space. */
  readonly isSignExtended: boolean;
  kindOf(level: number, low: number, high: number): EntryKind;
  /** Where a leaf maps to: the address of its first byte. `index` is its place in the table. */
  leafAddress(level: number, low: number, high: number, index: number): number;
  /** The table below an entry, and its part in use. */
  tableBelow(level: number, low: number, high: number): TablePart;
  through(above: Rights, kind: 'table' | 'leaf', low: number, high: number): Rights;
  /** Whether an absent entry is as the kernel makes it empty, not a page in swap. */
  isEmpty(level: number, low: number, high: number): boolean;
  /** The bits of a leaf's low word that must be equal in entries that continue each other. */
  readonly leafBits: number;
  /** How much the low words of two such entries differ; 0 where an entry is listed alone. */
  leafStep(level: number, low: number, high: number): number;
}

/** What a walk starts from. */
export interface TopTable {
  readonly format: TableFormat;
  readonly part: TablePart;
  /** The rights before the first entry. */
  readonly rights: Rights;
}

const pageOffsetBits = 12;
const pageNumbers64 = 2 ** 52;
export const pageSizeInBytes = 0x1000;
export const entrySizeInBytes = 8;

export function entriesAt({ indexBits }: TableFormat, level: number): number {
  return 2 ** (indexBits[level - 1] ?? 0);
}

/** How many 4 KiB pages one entry of a level maps. */
export function pagesBelow({ indexBits }: TableFormat, level: number): number {
  return 2 ** indexBits.slice(0, level - 1).reduce((sum, bits) => sum + bits, 0);
}

export function addressBitsOf({ indexBits }: TableFormat): number {
  return pageOffsetBits + indexBits.reduce((sum, bits) => sum + bits, 0);
}

/**
 * What is to be added to the page numbers of a top table's upper half, which lies at the far end of
 * the 64-bit space.
 */
export function upperHalfPages(format: TableFormat): number {
  return format.isSignExtended ? pageNumbers64 - 2 ** (addressBitsOf(format) - pageOffsetBits) : 0;
}

/** Where the addresses begin again that a sign-extended table serves; else the end of the space. */
export function upperHalfStart(format: TableFormat): bigint {
  return format.isSignExtended ? 2n ** 64n - 2n ** BigInt(addressBitsOf(format) - 1) : 2n ** 64n;
}

/** Whether the tables of a format can serve an address. */
export function isServed(format: TableFormat, virtualAddress: bigint): boolean {
  const bits = addressBitsOf(format);
  return format.isSignExtended
    ? BigInt.asUintN(64, BigInt.asIntN(bits, virtualAddress)) === virtualAddress
    : virtualAddress >> BigInt(bits) === 0n;
}
