import type { Architecture, Mmu } from '@vmcorekit/core';
import {
  numbered,
  type PrstatusLayout,
  prstatusNotes,
  readPrstatus,
  registersOffset64,
} from '../prstatus.ts';
import { byWalk } from '../walk-end.ts';
import { findRoots, kernelRootsAt } from './find-roots.ts';
import { kernelRootsOf } from './kernel-roots.ts';
import { topTableLook } from './likely-tables.ts';
import { mapsLinearly } from './linear-map.ts';
import { mappedRuns } from './mapped-runs.ts';
import { arm64Root, programRootAt } from './root.ts';
import { kernelShapes, userShapes } from './shape.ts';
import { tablePages } from './table-pages.ts';
import { walk } from './walk.ts';

/** Source: Linux, arch/arm64/include/uapi/asm/ptrace.h, struct user_pt_regs. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 392,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [...numbered('x', 0, 30), 'sp', 'pc', 'pstate'],
    },
  ],
};

/**
 * The tables of stage 1 for EL1 and EL0. No note holds TTBR1_EL1 or TCR_EL1; a hypervisor's own
 * format does. While a program runs they may name a trampoline's tables, which prove nothing about
 * other kernels, so `rootOf` names none. A root serves one half of the address space; programs have
 * tables of their own.
 */
const mmu: Mmu = {
  rootOf: () => undefined,
  kernelRootsOf,
  instructionAddress: (registers) => registers.get('pc'),
  rootsAt: (tableAddress) =>
    [...kernelShapes, ...userShapes].map((shape) => arm64Root(tableAddress, shape)),
  programRootAt,
  ...byWalk(walk),
  mappedRuns,
  tablePages,
  findRoots,
  kernelRootsAt,
  rootLook: () => topTableLook,
  mapsLinearly,
};

/** 64-bit ARM, with pages of 4 KiB, 16 KiB and 64 KiB. */
export const arm64: Architecture = {
  name: 'arm64',
  machines: {
    elf: [{ machine: 183, wordSizeInBits: 'any' }],
    utsname: ['aarch64', 'arm64', 'aarch64_be'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096, 16_384, 65_536],
  registers: {
    read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus),
    notesOf: (cpus, byteOrder) => prstatusNotes(cpus, byteOrder, prstatus),
  },
  mmu,
};
