import { type Architecture, CORE_NOTE_NAME, type Mmu, NT_PRSTATUS } from '@vmcorekit/core';
import { linearWindow, runsOfWindow, throughWindow } from '../linear-window.ts';
import {
  numbered,
  type PrstatusLayout,
  prstatusNotes,
  readPrstatus,
  registersOffset64,
} from '../prstatus.ts';
import { type NoteNumbers, swappedNote } from '../swapped-note.ts';
import { byWalk } from '../walk-end.ts';
import { findRoots, kernelRootsOf, mapsLinearly, processTableLook } from './find-roots.ts';
import { radixRuns } from './mapped-runs.ts';
import { radixRoot } from './radix.ts';
import { tablePages } from './table-pages.ts';
import { walkRadix } from './walk.ts';

/**
 * Source: Linux, arch/powerpc/include/uapi/asm/ptrace.h and elf.h (48 slots, the last four empty).
 */
const prstatus: PrstatusLayout = {
  sizeInBytes: 504,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [
        ...numbered('r', 0, 31),
        ...[
          'nip',
          'msr',
          'orig_r3',
          'ctr',
          'lr',
          'xer',
          'ccr',
          'softe',
          'trap',
          'dar',
          'dsisr',
          'result',
        ],
      ],
    },
  ],
};

/**
 * The notes that QEMU writes of a CPU, all named CORE. Source: Linux, include/linux/elfcore.h
 * (struct elf_prstatus), include/uapi/linux/elf.h; QEMU, target/ppc/arch_dump.c.
 */
const notes: readonly NoteNumbers[] = [
  {
    name: CORE_NOTE_NAME,
    type: NT_PRSTATUS,
    numbers: [
      { widthInBytes: 4, count: 3 },
      // pr_cursig and its padding.
      { widthInBytes: 2, count: 2 },
      { widthInBytes: 8, count: 2 },
      { widthInBytes: 4, count: 4 },
      { widthInBytes: 8, count: 8 },
      { widthInBytes: 8, count: 48 },
      // pr_fpvalid and its padding.
      { widthInBytes: 4, count: 2 },
    ],
  },
  // NT_PRFPREG
  { name: CORE_NOTE_NAME, type: 2, numbers: [{ widthInBytes: 8, count: 33 }] },
  // NT_PPC_VMX: the registers, then VSCR and VRSAVE as words.
  {
    name: CORE_NOTE_NAME,
    type: 0x100,
    numbers: [
      { widthInBytes: 16, count: 32 },
      { widthInBytes: 4, count: 8 },
    ],
  },
  // NT_PPC_SPE
  {
    name: CORE_NOTE_NAME,
    type: 0x101,
    numbers: [
      { widthInBytes: 4, count: 32 },
      { widthInBytes: 8, count: 1 },
      { widthInBytes: 4, count: 1 },
    ],
  },
  // NT_PPC_VSX
  { name: CORE_NOTE_NAME, type: 0x102, numbers: [{ widthInBytes: 8, count: 32 }] },
];

const windowStart = 0xc000_0000_0000_0000n;
const window = linearWindow('linear', 'the linear map at 0xc000000000000000');

/**
 * Linux maps all memory from c000000000000000 on: a kernel on a hash table (POWER8 and earlier)
 * has no other tables for it that this library reads, so a window stands for them. A radix kernel
 * (POWER9 and later) has the same addresses in tables, with the rights of its text. No note names a
 * root; the machine may. Source: Linux, arch/powerpc/include/asm/page.h (PAGE_OFFSET),
 * book3s/64/hash.h.
 */
const mmu: Mmu = {
  rootOf: () => undefined,
  kernelRootsOf,
  windows: [window],
  instructionAddress: (registers) => registers.get('nip'),
  rootsAt: (tableAddress) => [radixRoot(tableAddress), radixRoot(tableAddress, 'user')],
  ...byWalk((memory, root, virtualAddress) =>
    root.key === window.key
      ? throughWindow(memory, windowStart, virtualAddress)
      : walkRadix(memory, root, virtualAddress),
  ),
  mappedRuns: (memory, root, from, to, limit) =>
    root.key === window.key
      ? runsOfWindow(memory, windowStart, from, to, limit)
      : radixRuns(memory, root, from, to, limit),
  tablePages,
  findRoots,
  rootLook: () => processTableLook,
  mapsLinearly,
};

/** 64-bit PowerPC, of either byte order: radix tables, and the linear map without tables. */
export const ppc64: Architecture = {
  name: 'ppc64',
  machines: {
    elf: [{ machine: 21, wordSizeInBits: 'any' }],
    utsname: ['ppc64', 'ppc64le'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  pageSizesInBytes: [65_536, 4096],
  registers: {
    read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus),
    notesOf: (cpus, byteOrder) => prstatusNotes(cpus, byteOrder, prstatus),
    inOtherByteOrder: (note) => swappedNote(notes, note),
  },
  mmu,
};
