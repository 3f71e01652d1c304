import type { SparseMemory } from './sparse-memory.ts';
import {
  TableFiller,
  type TableForm,
  type TableMappingFields,
  type TablePlaces,
} from './table-filler.ts';

/** The root lies at a multiple of 16 KiB, for the search for roots. */
export interface S390xTableFields extends TablePlaces {
  /** 2 for a segment table; 3, 4, 5 for a region-third, -second and -first table. */
  readonly levels: 2 | 3 | 4 | 5;
}

const tableSizeInBytes = 0x4000;
const pageTableSizeInBytes = 0x800;
const wholeTable = 3n;
const invalid = 0x20n;
const pageInvalid = 0x400n;
const formatControl = 0x400n;
const isProtected = 0x200n;
const noExecute = 0x100n;
/** A bit of software: Linux sets it in all that it maps. */
const present = 1n;

/**
 * s390x DAT tables in a test's big-endian memory, 16 KiB each. Large pages are 1 MiB (level 2) and
 * 2 GiB (3). Source: z/Architecture Principles of Operation, SA22-7832, chapter 3.
 */
export class S390xTableBuilder extends TableFiller<TableMappingFields> {
  constructor(memory: SparseMemory, fields: S390xTableFields) {
    super(memory, formOf(fields), fields);
  }

  /** The address-space-control element of these tables. */
  get asce(): bigint {
    return BigInt(this.root) | (BigInt(this.levels - 2) << 2n) | wholeTable;
  }
}

function formOf({ levels }: S390xTableFields): TableForm<TableMappingFields> {
  return {
    pageBits: 12,
    indexBits: [8, 11, 11, 11, 11].slice(0, levels),
    stepInBytes: tableSizeInBytes,
    tableSizeInBytes: (level) => (level === 1 ? pageTableSizeInBytes : tableSizeInBytes),
    leaf: (physicalAddress, level, fields) =>
      BigInt(physicalAddress) |
      (level === 1 ? present : formatControl | typeOf(level)) |
      (fields.isWritable === true ? 0n : isProtected) |
      (fields.isExecutable === true ? 0n : noExecute),
    pointer: (table, level) => BigInt(table) | typeOf(level) | (level === 2 ? 0n : wholeTable),
    tableIn: (entry) => Number(entry & ~0x7ffn),
    isEmpty: (entry) => (entry & invalid) !== 0n,
    emptyEntry: (level) => (level === 1 ? pageInvalid : invalid | typeOf(level)),
  };
}

/** Bits 3:2 of the entries of region and segment tables. */
function typeOf(level: number): bigint {
  return BigInt(level - 2) << 2n;
}
