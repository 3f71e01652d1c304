import type { SparseMemory } from './sparse-memory.ts';
import {
  TableFiller,
  type TableForm,
  type TablePlaces,
  type UserMappingFields,
} from './table-filler.ts';

export interface Arm64TableFields extends TablePlaces {
  /** 4 KiB, 16 KiB or 64 KiB. */
  readonly granuleInBytes: 0x1000 | 0x4000 | 0x1_0000;
  readonly addressBits: number;
  /** Bits set in every descriptor of a table: UXNTable, PXNTable. */
  readonly tableBits?: bigint;
}

const userMay = 1n << 6n;
const readOnly = 1n << 7n;
const accessed = 1n << 10n;
const noKernelExecute = 1n << 53n;
const noUserExecute = 1n << 54n;

/**
 * arm64 page tables in a test's memory, one granule each; large pages are blocks. Source: Arm
 * Architecture Reference Manual, DDI 0487, chapter D8.
 */
export class Arm64TableBuilder extends TableFiller<UserMappingFields> {
  constructor(memory: SparseMemory, fields: Arm64TableFields) {
    super(memory, formOf(fields), fields);
  }
}

function formOf(fields: Arm64TableFields): TableForm<UserMappingFields> {
  const { granuleInBytes, addressBits, tableBits = 0n } = fields;
  const pageBits = Math.log2(granuleInBytes);
  const bitsOfLevel = pageBits - 3;
  const levels = Math.ceil((addressBits - pageBits) / bitsOfLevel);
  const bitsAtTop = addressBits - pageBits - (levels - 1) * bitsOfLevel;
  const mask = 2n ** 48n - BigInt(granuleInBytes);
  return {
    pageBits,
    indexBits: [...Array.from({ length: levels - 1 }, () => bitsOfLevel), bitsAtTop],
    stepInBytes: granuleInBytes,
    tableSizeInBytes: () => granuleInBytes,
    leaf: (physicalAddress, level, mapping) =>
      addressIn(fields, physicalAddress) | attributesOf(mapping, level),
    pointer: (table) => addressIn(fields, table) | 3n | tableBits,
    tableIn: (entry) => Number(entry & mask),
    isEmpty: (entry) => entry === 0n,
    emptyEntry: () => 0n,
  };
}

/** Bits 51:48 of an address move into 15:12 with 64 KiB, bits 51:50 into 9:8 with FEAT_LPA2. */
function addressIn({ granuleInBytes, addressBits }: Arm64TableFields, address: number): bigint {
  const all = BigInt(address);
  if (granuleInBytes === 0x1_0000) {
    return (all % 2n ** 48n) | ((all >> 48n) << 12n);
  }
  return addressBits === 52 ? (all % 2n ** 50n) | ((all >> 50n) << 8n) : all;
}

function attributesOf(fields: UserMappingFields, level: number): bigint {
  const isUser = fields.isUser === true;
  const isExecutable = fields.isExecutable === true;
  return (
    (level === 1 ? 3n : 1n) |
    accessed |
    (isUser ? userMay : 0n) |
    (fields.isWritable === true ? 0n : readOnly) |
    (isExecutable && !isUser ? 0n : noKernelExecute) |
    (isExecutable && isUser ? 0n : noUserExecute)
  );
}
