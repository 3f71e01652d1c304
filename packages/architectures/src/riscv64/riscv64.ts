import type { Architecture, Mmu } from '@vmcorekit/core';
import {
  numbered,
  type PrstatusLayout,
  prstatusNotes,
  readPrstatus,
  registersOffset64,
} from '../prstatus.ts';
import { walksFrom } from '../radix/walks.ts';
import { findRoots, topTableLook } from './find-roots.ts';
import { kernelRootsOf } from './kernel-roots.ts';
import { mapsLinearly } from './linear-map.ts';
import { riscv64Root, topTableOf } from './root.ts';

/** Source: Linux, arch/riscv/include/uapi/asm/ptrace.h, struct user_regs_struct. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 376,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [
        ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', ...numbered('a', 0, 7)],
        ...[...numbered('s', 2, 11), ...numbered('t', 3, 6)],
      ],
    },
  ],
};

/**
 * Sv39, Sv48 and Sv57. No note holds satp; a hypervisor's own format does. It names a process's
 * tables, which prove nothing about other kernels, so `rootOf` names none. Linux uses the most
 * levels that the processor has.
 */
const mmu: Mmu = {
  rootOf: () => undefined,
  kernelRootsOf,
  instructionAddress: (registers) => registers.get('pc'),
  rootsAt: (tableAddress) =>
    ([5, 4, 3] as const).map((levels) => riscv64Root(tableAddress, levels)),
  ...walksFrom(topTableOf),
  findRoots,
  rootLook: () => topTableLook,
  mapsLinearly,
};

/** 64-bit RISC-V. */
export const riscv64: Architecture = {
  name: 'riscv64',
  machines: {
    elf: [{ machine: 243, wordSizeInBits: 64 }],
    utsname: ['riscv64'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  byteOrder: 'little',
  pageSizesInBytes: [4096],
  registers: {
    read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus),
    notesOf: (cpus, byteOrder) => prstatusNotes(cpus, byteOrder, prstatus),
  },
  mmu,
};
