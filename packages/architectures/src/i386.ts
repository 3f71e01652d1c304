import { type Architecture, type PagingRoot, type Registers, VmcorekitError } from '@vmcorekit/core';
import { type PrstatusLayout, readPrstatus, registersOffset32 } from './prstatus.ts';
import type { X86TableShape } from './x86-entries.ts';
import { x86ModeOf } from './x86-mode.ts';
import { x86Paging } from './x86-page-tables.ts';
import { readQemuCpuState } from './x86-qemu-cpu-state.ts';

/** Source: Linux, arch/x86/include/asm/user_32.h, struct user_regs_struct. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 144,
  wordSizeInBits: 32,
  groups: [
    {
      offset: registersOffset32,
      widthInBits: 32,
      names: [
        ...['ebx', 'ecx', 'edx', 'esi', 'edi', 'ebp', 'eax', 'ds', 'es', 'fs', 'gs', 'orig_eax'],
        ...['eip', 'cs', 'eflags', 'esp', 'ss'],
      ],
    },
  ],
};

const unused = Array.from({ length: 8 }, (_, index) => `r${index + 8}`);
const qemuGeneralNames = ['eax', 'ebx', 'ecx', 'edx', 'esi', 'edi', 'esp', 'ebp', ...unused, 'eip', 'eflags'];

/** Two levels of 1,024 entries, large pages of 4 MiB. Source: Intel SDM volume 3, "32-Bit Paging". */
const twoLevels: X86TableShape = {
  entrySizeInBytes: 4,
  indexBits: [10, 10],
  largeLevels: [2],
  isSignExtended: false,
  topHasNoRights: false,
};

/** Four top entries without rights, then two levels of 512, large pages of 2 MiB. Source: Intel SDM volume 3, "PAE Paging". */
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

function rootOf(registers: Registers): PagingRoot | undefined {
  const [cr0, cr3, cr4] = ['cr0', 'cr3', 'cr4'].map((name) => registers.get(name));
  if (cr0 === undefined || cr3 === undefined || cr4 === undefined || (cr0 & CR0_PG) === 0n) {
    return undefined;
  }
  const hasPae = (cr4 & CR4_PAE) !== 0n;
  const pageTableRoot = Number(cr3 & (hasPae ? paeRootMask : rootMask));
  return pageTableRoot === 0 ? undefined : { pageTableRoot, levels: hasPae ? 3 : 2 };
}

/** 32-bit x86, with PAE or without. QEMU marks a 64-bit machine that is still in firmware so too, then with ELFCLASS64 where memory is large. */
export const i386: Architecture = {
  name: 'i386',
  elfMachines: [{ machine: 3, wordSizeInBits: 'any' }],
  machineNames: ['i386', 'i486', 'i586', 'i686'],
  wordSizeInBits: 32,
  prstatus: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus),
  qemuCpuState: (note) => readQemuCpuState(note, qemuGeneralNames),
  modeOf: x86ModeOf,
  paging: x86Paging((root) => {
    if (root.levels !== 2 && root.levels !== 3) {
      throw new VmcorekitError('contract', { what: `i386 has page tables of 2 or 3 levels, not ${root.levels}` });
    }
    return root.levels === 2 ? twoLevels : threeLevels;
  }, rootOf),
};
