import type { SparseMemory } from './sparse-memory.ts';
import {
  TableFiller,
  type TableForm,
  type TablePlaces,
  type UserMappingFields,
} from './table-filler.ts';

const rootIndexBits = 13;
const addressBits = 52;
const valid = 1n << 63n;
const leaf = 1n << 62n;
/** R and C. */
const referencedAndChanged = 0x180n;

/** The root lies at a multiple of 64 KiB. */
export interface RadixTableFields extends TablePlaces {
  /** Index bits of the lowest level: 9 for pages of 4 KiB, 5 for pages of 64 KiB. */
  readonly lowestIndexBits?: 9 | 5;
}

/**
 * ppc64's radix page tables in a test's memory, one page each below the root. Large pages are 2 MiB
 * (level 2) and 1 GiB (3). Source: Power ISA 3.0B, Book III, "Radix Tree Translation".
 */
export class RadixTableBuilder extends TableFiller<UserMappingFields> {
  constructor(memory: SparseMemory, fields: RadixTableFields) {
    super(memory, formOf(fields), fields);
  }
}

function formOf({ lowestIndexBits = 9 }: RadixTableFields): TableForm<UserMappingFields> {
  const indexBits = [lowestIndexBits, 9, 9, rootIndexBits];
  return {
    pageBits: addressBits - indexBits.reduce((sum, bits) => sum + bits, 0),
    indexBits,
    byteOrder: 'big',
    stepInBytes: 0x1000,
    tableSizeInBytes: (level) => (level === indexBits.length ? 2 ** rootIndexBits * 8 : 0x1000),
    leaf: (physicalAddress, _level, fields) =>
      valid |
      leaf |
      BigInt(physicalAddress) |
      referencedAndChanged |
      (fields.isUser === true ? 0n : 8n) |
      4n |
      (fields.isWritable === true ? 2n : 0n) |
      (fields.isExecutable === true ? 1n : 0n),
    pointer: (table, level) => valid | BigInt(table) | BigInt(indexBits[level - 2] ?? 0),
    tableIn: (entry) => Number(entry & 0x0fff_ffff_ffff_ff00n),
    isEmpty: (entry) => entry === 0n,
    emptyEntry: () => 0n,
  };
}
