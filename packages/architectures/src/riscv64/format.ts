import type { EntryKind, Rights, TableFormat } from '../radix/format.ts';

/**
 * Entries of Sv39, Sv48 and Sv57. Source: The RISC-V Instruction Set Manual, Volume II: Privileged
 * Architecture, "Sv39: Page-Based 39-bit Virtual-Memory System" and the chapters after it,
 * "Svnapot", "Svpbmt" and "Svrsw60t59b".
 */
const valid = 1;
const readable = 2;
const writable = 4;
const executable = 8;
const user = 0x10;
const permissions = readable | writable | executable;
/** U, A and D, which are reserved in entries that lead to tables. */
const reservedInTables = 0xd0;
/** Bits 58:54 of any entry, reserved. Bits 60:59 are software's with Svrsw60t59b. */
const reservedHigh = 0x07c0_0000;
/** N and PBMT, bits 63:61, reserved in entries that lead to tables. */
const memoryTypeHigh = 0xe000_0000;
const napot = 0x8000_0000;
/** The low four bits of a page number, and their one value that makes a page of 64 KiB. */
const napotNumberBits = 0x3c00;
const napot64K = 0x2000;
const napotPages = 16;
/** Bits 53:50: an address beyond 2^52, where no machine has memory. */
const beyondMemory = 0x003c_0000;
const numberHigh = 0x003f_ffff;
const pageSizeInBytes = 0x1000;
const numberBits = 10;
const indexBits = 9;

/** `levels` 3 for Sv39, 4 for Sv48, 5 for Sv57. */
export function formatOf(levels: 3 | 4 | 5): TableFormat {
  return {
    name: `Sv${12 + indexBits * levels}`,
    indexBits: Array.from({ length: levels }, () => indexBits),
    isSignExtended: true,
    kindOf,
    leafAddress,
    tableBelow: (_level, low, high) => ({ table: addressIn(low, high), first: 0, end: 512 }),
    through,
    isEmpty: (_level, low, high) => low === 0 && high === 0,
    // All but G, A, D and the bits of software.
    leafBits: ~0x3e0,
    leafStep: (level, _low, high) =>
      (high & napot) === 0 ? 2 ** (numberBits + indexBits * (level - 1)) : 0,
  };
}

/**
 * PBMT 3 is reserved, but T-Head's processors, which are older than Svpbmt, have it in all ordinary
 * pages (Linux, arch/riscv/include/asm/pgtable-64.h, _PAGE_PMA_THEAD). W without R is a page of a
 * shadow stack (Zicfiss), which ordinary instructions do not write.
 */
function kindOf(level: number, low: number, high: number): EntryKind {
  if ((low & valid) === 0) {
    return 'absent';
  }
  if ((high & (reservedHigh | beyondMemory)) !== 0) {
    return 'reserved';
  }
  if ((low & permissions) === 0) {
    return level === 1 || (low & reservedInTables) !== 0 || (high & memoryTypeHigh) !== 0
      ? 'reserved'
      : 'table';
  }
  if ((low & permissions) === (writable | executable)) {
    return 'reserved';
  }
  if ((high & napot) !== 0) {
    return level === 1 && (low & napotNumberBits) === napot64K ? 'leaf' : 'reserved';
  }
  return isAligned(level, low, high) ? 'leaf' : 'reserved';
}

/** The page number of a large page has zeros for the levels that it leaves out. */
function isAligned(level: number, low: number, high: number): boolean {
  return addressIn(low, high) % (pageSizeInBytes * 2 ** (indexBits * (level - 1))) === 0;
}

function addressIn(low: number, high: number): number {
  return ((high & numberHigh) * 2 ** (32 - numberBits) + (low >>> numberBits)) * pageSizeInBytes;
}

/** Each of the sixteen entries of a page of 64 KiB maps its own part of it. */
function leafAddress(_level: number, low: number, high: number, index: number): number {
  return (high & napot) === 0
    ? addressIn(low, high)
    : addressIn(low & ~napotNumberBits, high) + (index % napotPages) * pageSizeInBytes;
}

function through(above: Rights, kind: 'table' | 'leaf', low: number): Rights {
  return kind === 'table'
    ? above
    : {
        isWritable: (low & (readable | writable)) === (readable | writable),
        isExecutable: (low & executable) !== 0,
        isUser: (low & user) !== 0,
      };
}
