import type { AddressShape } from '../address-shape.ts';

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
export interface TableFormat extends AddressShape {
  readonly name: string;
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

export const pageSizeInBytes = 0x1000;
export const entrySizeInBytes = 8;
