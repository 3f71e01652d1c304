import type { SparseMemory } from './sparse-memory.ts';
import {
  TableFiller,
  type TableForm,
  type TablePlaces,
  type UserMappingFields,
} from './table-filler.ts';

export interface Riscv64TableFields extends TablePlaces {
  /** 3 for Sv39, 4 for Sv48, 5 for Sv57. */
  readonly levels: 3 | 4 | 5;
}

const valid = 1n;
const readable = 2n;
const writable = 4n;
const executable = 8n;
const user = 0x10n;
const accessedAndDirty = 0xc0n;

/**
 * riscv64 page tables in a test's memory, one page each. Source: The RISC-V Instruction Set Manual,
 * Volume II: Privileged Architecture, "Sv39".
 */
export class Riscv64TableBuilder extends TableFiller<UserMappingFields> {
  constructor(memory: SparseMemory, fields: Riscv64TableFields) {
    super(memory, formOf(fields), fields);
  }
}

function formOf({ levels }: Riscv64TableFields): TableForm<UserMappingFields> {
  return {
    pageBits: 12,
    indexBits: Array.from({ length: levels }, () => 9),
    stepInBytes: 0x1000,
    tableSizeInBytes: () => 0x1000,
    leaf: (physicalAddress, _level, fields) =>
      numberOf(physicalAddress) |
      valid |
      readable |
      accessedAndDirty |
      (fields.isWritable === true ? writable : 0n) |
      (fields.isExecutable === true ? executable : 0n) |
      (fields.isUser === true ? user : 0n),
    pointer: (table) => numberOf(table) | valid,
    tableIn: (entry) => Number(entry >> 10n) * 0x1000,
    isEmpty: (entry) => entry === 0n,
    emptyEntry: () => 0n,
  };
}

/** The page number in its place in an entry. */
function numberOf(physicalAddress: number): bigint {
  return BigInt(physicalAddress / 0x1000) << 10n;
}
