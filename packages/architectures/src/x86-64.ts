import { type Architecture, type PagingRoot, type Registers, VmcorekitError } from '@vmcorekit/core';
import { type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';
import type { X86TableShape } from './x86-entries.ts';
import { x86ModeOf } from './x86-mode.ts';
import { x86Paging } from './x86-page-tables.ts';
import { readQemuCpuState } from './x86-qemu-cpu-state.ts';

/** Source: Linux, arch/x86/include/asm/user_64.h, struct user_regs_struct. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 336,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [
        ...['r15', 'r14', 'r13', 'r12', 'rbp', 'rbx', 'r11', 'r10', 'r9', 'r8', 'rax', 'rcx', 'rdx', 'rsi', 'rdi', 'orig_rax'],
        ...['rip', 'cs', 'rflags', 'rsp', 'ss', 'fs_base', 'gs_base', 'ds', 'es', 'fs', 'gs'],
      ],
    },
  ],
};

const qemuGeneralNames = [
  ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rsp', 'rbp'],
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip', 'rflags'],
];

/** Source: Intel SDM volume 3, "4-Level Paging and 5-Level Paging". Large pages of 2 MiB and 1 GiB. */
const longModeShapes: ReadonlyMap<number, X86TableShape> = new Map(
  [4, 5].map((levels) => [
    levels,
    {
      entrySizeInBytes: 8,
      indexBits: Array.from({ length: levels }, () => 9),
      largeLevels: [2, 3],
      isSignExtended: true,
      topHasNoRights: false,
    },
  ]),
);

const CR0_PG = 1n << 31n;
const CR4_PAE = 1n << 5n;
const CR4_LA57 = 1n << 12n;
const CR4_PCIDE = 1n << 17n;
/** The page frame, without the flags or the PCID below it and the encryption bits above (no root lies beyond 128 TiB). */
const rootMask = 0x7fff_ffff_f000n;
/** Linux gives user halves of page-table isolation PCIDs with this bit set (arch/x86/entry/calling.h, X86_CR3_PTI_PCID_USER_BIT). */
const userHalfPcidBit = 1n << 11n;
/** Under page-table isolation a root is 8 KiB: the kernel's half at the even page, the user's at the odd one. */
const userHalfBit = 1n << 12n;

/**
 * Undefined where paging or PAE is off, and for CR3 0. EFER is in no note, so a 32-bit kernel with PAE looks the same here; its tables
 * lead nowhere. Bit 12 of CR3 chooses PTI's user half, but is an ordinary address bit without PTI: where PCIDs are in use their
 * bit 11 decides; elsewhere the root is given as it is, and who needs the kernel's half tries the page before.
 */
function rootOf(registers: Registers): PagingRoot | undefined {
  const [cr0, cr3, cr4] = ['cr0', 'cr3', 'cr4'].map((name) => registers.get(name));
  if (cr0 === undefined || cr3 === undefined || cr4 === undefined || (cr0 & CR0_PG) === 0n || (cr4 & CR4_PAE) === 0n) {
    return undefined;
  }
  const isUserHalf = (cr4 & CR4_PCIDE) !== 0n && (cr3 & userHalfPcidBit) !== 0n;
  const pageTableRoot = Number(cr3 & rootMask & (isUserHalf ? ~userHalfBit : ~0n));
  return pageTableRoot === 0 ? undefined : { pageTableRoot, levels: (cr4 & CR4_LA57) === 0n ? 4 : 5 };
}

/** x86-64 in long mode. */
export const x8664: Architecture = {
  name: 'x86_64',
  elfMachines: [{ machine: 62, wordSizeInBits: 64 }],
  machineNames: ['x86_64'],
  wordSizeInBits: 64,
  prstatus: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus),
  qemuCpuState: (note) => readQemuCpuState(note, qemuGeneralNames),
  modeOf: x86ModeOf,
  paging: x86Paging((root) => {
    const shape = longModeShapes.get(root.levels);
    if (shape === undefined) {
      throw new VmcorekitError('contract', { what: `x86-64 has page tables of 4 or 5 levels, not ${root.levels}` });
    }
    return shape;
  }, rootOf),
  // Source: Linux, arch/x86/include/asm/page_64_types.h and Documentation/arch/x86/x86_64/mm.rst; CONFIG_PHYSICAL_START's default, and the
  // least CONFIG_PHYSICAL_ALIGN allowed on 64 bits (arch/x86/Kconfig).
  kernelLayout: {
    imageWindowStart: 0xffff_ffff_8000_0000n,
    imageWindowEnd: 0xffff_ffff_c000_0000n,
    usualTextLinkAddress: 0xffff_ffff_8100_0000n,
    physBaseAlignmentInBytes: 0x20_0000,
  },
};
