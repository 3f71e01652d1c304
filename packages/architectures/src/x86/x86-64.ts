import {
  type Architecture,
  type Registers,
  type TranslationRoot,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  type PrstatusLayout,
  prstatusNotes,
  readPrstatus,
  registersOffset64,
} from '../prstatus.ts';
import type { X86TableShape } from './entries.ts';
import { entryFacts64 } from './entry-facts.ts';
import { findRoots, rootLook } from './find-roots.ts';
import { i386Prstatus } from './i386-prstatus.ts';
import { mapsLinearly } from './linear-map.ts';
import { codeFlagsOf, x86ModeOf } from './mode.ts';
import { x86Mmu } from './page-tables.ts';
import { qemuNoteSizesInBytes, readQemuCpuState, writeQemuCpuState } from './qemu-cpu-state.ts';
import { asX86Root, type X86Root, x86Root } from './root.ts';
import { readVirtualBoxCpu } from './virtualbox-cpu.ts';

/** Source: Linux, arch/x86/include/asm/user_64.h, struct user_regs_struct. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 336,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [
        ...[
          'r15',
          'r14',
          'r13',
          'r12',
          'rbp',
          'rbx',
          'r11',
          'r10',
          'r9',
          'r8',
          'rax',
          'rcx',
          'rdx',
          'rsi',
          'rdi',
          'orig_rax',
        ],
        ...['rip', 'cs', 'rflags', 'rsp', 'ss', 'fs_base', 'gs_base', 'ds', 'es', 'fs', 'gs'],
      ],
    },
  ],
};

const qemuGeneralNames = [
  ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rsp', 'rbp'],
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip', 'rflags'],
];

const virtualBoxGeneralNames = [
  ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13'],
  ...['r14', 'r15', 'rip', 'rsp', 'rbp', 'rflags'],
];

/**
 * Source: Intel SDM volume 3, "4-Level Paging and 5-Level Paging". Large pages of 2 MiB and 1 GiB.
 */
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
/**
 * The page frame, without the flags or the PCID below it and the encryption bits above it (no root
 * lies beyond 128 TiB).
 */
const rootMask = 0x7fff_ffff_f000n;
/**
 * Linux sets this bit in the PCIDs of user halves of page-table isolation
 * (arch/x86/entry/calling.h, X86_CR3_PTI_PCID_USER_BIT).
 */
const userHalfPcidBit = 1n << 11n;
/**
 * Under page-table isolation a root is 8 KiB: the kernel's half is the even page, the user's the
 * odd one.
 */
const userHalfBit = 1n << 12n;

/**
 * The root that CR3 names. Undefined where paging or PAE is off, and for CR3 0. No note holds EFER,
 * so a 32-bit kernel with PAE looks the same here; its tables lead nowhere. Under PTI, bit 12 of
 * CR3 chooses the user half; without PTI it is an ordinary address bit. Where PCIDs are in use,
 * their bit 11 decides. Elsewhere the root is returned unchanged, and a caller that needs the
 * kernel's half tries the page before it.
 */
function rootOf(registers: Registers): X86Root | undefined {
  const [cr0, cr3, cr4] = ['cr0', 'cr3', 'cr4'].map((name) => registers.get(name));
  if (
    cr0 === undefined ||
    cr3 === undefined ||
    cr4 === undefined ||
    (cr0 & CR0_PG) === 0n ||
    (cr4 & CR4_PAE) === 0n
  ) {
    return undefined;
  }
  const isUserHalf = (cr4 & CR4_PCIDE) !== 0n && (cr3 & userHalfPcidBit) !== 0n;
  const table = Number(cr3 & rootMask & (isUserHalf ? ~userHalfBit : ~0n));
  return table === 0 ? undefined : x86Root(table, (cr4 & CR4_LA57) === 0n ? 4 : 5);
}

/**
 * The kernel's half under page-table isolation, where a root is at an odd page and so may be a
 * user's half.
 */
function relatedRoots(root: TranslationRoot): readonly X86Root[] {
  const { tableAddress, levels } = asX86Root(root);
  const half = Number(userHalfBit);
  return Math.floor(tableAddress / half) % 2 === 0 ? [] : [x86Root(tableAddress - half, levels)];
}

/** x86-64 in long mode. */
export const x8664: Architecture = {
  name: 'x86_64',
  machines: {
    elf: [
      { machine: 62, wordSizeInBits: 'any' },
      // QEMU derives the machine from the mode of its first CPU, so a guest that is still in
      // firmware looks like a 386.
      { machine: 3, wordSizeInBits: 64, onlyUntranslated: true },
    ],
    utsname: ['x86_64'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
    qemuNoteSizesInBytes,
  },
  wordSizeInBits: 64,
  byteOrder: 'little',
  pageSizesInBytes: [4096],
  registers: {
    // A CPU that is not in long mode when QEMU dumps the machine gets a 386's note.
    read: (note, byteOrder) =>
      readPrstatus(note, byteOrder, prstatus) ??
      readPrstatus(note, byteOrder, i386Prstatus) ??
      readQemuCpuState(note, qemuGeneralNames) ??
      readVirtualBoxCpu(note, virtualBoxGeneralNames),
    notesOf: (cpus, byteOrder) => [
      ...prstatusNotes(cpus, byteOrder, prstatus),
      ...cpus.map(({ registers }) =>
        writeQemuCpuState(
          new Map([...registers, ['cs_flags', codeFlagsOf(registers)]]),
          qemuGeneralNames,
        ),
      ),
    ],
  },
  modeOf: x86ModeOf,
  mmu: x86Mmu({
    rootOf,
    instructionPointer: 'rip',
    relatedRoots,
    findRoots,
    rootLook,
    mapsLinearly,
    entryFacts: entryFacts64,
    levels: [4, 5],
    shapeOf(levels) {
      const shape = longModeShapes.get(levels);
      if (shape === undefined) {
        throw new VmcorekitError('contract', {
          what: `x86-64 has page tables of 4 or 5 levels, not ${levels}`,
        });
      }
      return shape;
    },
  }),
};
