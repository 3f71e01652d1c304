import { type Architecture, type Registers, VmcorekitError } from '@vmcorekit/core';
import { readPrstatus } from '../prstatus.ts';
import type { X86TableShape } from './entries.ts';
import { i386Prstatus } from './i386-prstatus.ts';
import { x86ModeOf } from './mode.ts';
import { x86Mmu } from './page-tables.ts';
import { qemuNoteSizesInBytes, readQemuCpuState } from './qemu-cpu-state.ts';
import { type X86Root, x86Root } from './root.ts';
import { readVirtualBoxCpu } from './virtualbox-cpu.ts';

const unused = Array.from({ length: 8 }, (_, index) => `r${index + 8}`);
const qemuGeneralNames = [
  'eax',
  'ebx',
  'ecx',
  'edx',
  'esi',
  'edi',
  'esp',
  'ebp',
  ...unused,
  'eip',
  'eflags',
];

const virtualBoxGeneralNames = [
  ...['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi'],
  ...unused,
  ...['eip', 'esp', 'ebp', 'eflags'],
];

/**
 * Two levels of 1,024 entries, large pages of 4 MiB. Source: Intel SDM volume 3, "32-Bit Paging".
 */
const twoLevels: X86TableShape = {
  entrySizeInBytes: 4,
  indexBits: [10, 10],
  largeLevels: [2],
  isSignExtended: false,
  topHasNoRights: false,
};

/**
 * Four top entries without rights, then two levels of 512, large pages of 2 MiB. Source: Intel SDM
 * volume 3, "PAE Paging".
 */
const threeLevels: X86TableShape = {
  entrySizeInBytes: 8,
  indexBits: [9, 9, 2],
  largeLevels: [2],
  isSignExtended: false,
  topHasNoRights: true,
};

const CR0_PG = 1n << 31n;
const CR4_PAE = 1n << 5n;
/** PAE's four top entries need only 32-byte alignment. */
const paeRootMask = 0xffff_ffe0n;
const rootMask = 0xffff_f000n;

function rootOf(registers: Registers): X86Root | undefined {
  const [cr0, cr3, cr4] = ['cr0', 'cr3', 'cr4'].map((name) => registers.get(name));
  if (cr0 === undefined || cr3 === undefined || cr4 === undefined || (cr0 & CR0_PG) === 0n) {
    return undefined;
  }
  const hasPae = (cr4 & CR4_PAE) !== 0n;
  const table = Number(cr3 & (hasPae ? paeRootMask : rootMask));
  return table === 0 ? undefined : x86Root(table, hasPae ? 3 : 2);
}

/**
 * 32-bit x86, with PAE or without. Its dumps are ELFCLASS64 where memory extends beyond 4 GiB. QEMU
 * also writes this machine for a 64-bit one that is still in firmware.
 */
export const i386: Architecture = {
  name: 'i386',
  machines: {
    elf: [{ machine: 3, wordSizeInBits: 'any' }],
    utsname: ['i686', 'i386', 'i486', 'i586'],
    prstatusSizeInBytes: i386Prstatus.sizeInBytes,
    qemuNoteSizesInBytes,
  },
  wordSizeInBits: 32,
  byteOrder: 'little',
  pageSizesInBytes: [4096],
  registers: {
    read: (note, byteOrder) =>
      readPrstatus(note, byteOrder, i386Prstatus) ??
      readQemuCpuState(note, qemuGeneralNames) ??
      readVirtualBoxCpu(note, virtualBoxGeneralNames),
  },
  modeOf: x86ModeOf,
  mmu: x86Mmu({
    rootOf,
    instructionPointer: 'eip',
    levels: [3, 2],
    shapeOf(levels) {
      if (levels !== 2 && levels !== 3) {
        throw new VmcorekitError('contract', {
          what: `i386 has page tables of 2 or 3 levels, not ${levels}`,
        });
      }
      return levels === 2 ? twoLevels : threeLevels;
    },
  }),
};
