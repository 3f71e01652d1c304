import type { Architecture, Mmu, Registers } from '@vmcorekit/core';
import {
  numbered,
  type PrstatusLayout,
  readPrstatus,
  registersOffset64,
  writePrstatus,
} from '../prstatus.ts';
import { findRoots } from './find-roots.ts';
import { mapsLinearly } from './linear-map.ts';
import { mappedRuns } from './mapped-runs.ts';
import { type Arm64Root, arm64Root, programRootAt } from './root.ts';
import { kernelShapes, userShapes } from './shape.ts';
import { tablePages } from './table-pages.ts';
import { translate } from './translate.ts';

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

/** SCTLR_EL1: the MMU is on. */
const SCTLR_M = 1n;
/** Where TCR_EL1 has T1SZ and TG1. */
const [T1SZ_SHIFT, TG1_SHIFT] = [16n, 30n];
/** Log2 of the granule, by TG1. */
const granules: ReadonlyMap<bigint, number> = new Map([
  [1n, 14],
  [2n, 12],
  [3n, 16],
]);
/** The table's address in TTBR1_EL1, without the ASID above and CnP below. */
const tableMask = 0xffff_ffff_f000n;

/**
 * The root of the kernel's half. No note holds the system registers; a hypervisor's own format
 * does. Source: Arm Architecture Reference Manual, DDI 0487, TCR_EL1 and TTBR1_EL1.
 */
function rootOf(registers: Registers): Arm64Root | undefined {
  const [sctlr, tcr, ttbr1] = ['sctlr_el1', 'tcr_el1', 'ttbr1_el1'].map((name) =>
    registers.get(name),
  );
  if (sctlr === undefined || tcr === undefined || ttbr1 === undefined || (sctlr & SCTLR_M) === 0n) {
    return undefined;
  }
  const granuleBits = granules.get((tcr >> TG1_SHIFT) & 3n);
  const addressBits = 64 - Number((tcr >> T1SZ_SHIFT) & 0x3fn);
  const shape = kernelShapes.find(
    (each) => each.granuleBits === granuleBits && each.addressBits === addressBits,
  );
  const table = Number(ttbr1 & tableMask);
  return shape === undefined || table === 0 ? undefined : arm64Root(table, shape);
}

/**
 * The tables of stage 1 for EL1 and EL0. A root serves one half of the address space; programs have
 * tables of their own. Without system registers, a root is found in memory.
 */
const mmu: Mmu = {
  rootOf,
  instructionAddress: (registers) => registers.get('pc'),
  rootsAt: (tableAddress) =>
    [...kernelShapes, ...userShapes].map((shape) => arm64Root(tableAddress, shape)),
  programRootAt,
  translate,
  mappedRuns,
  tablePages,
  findRoots,
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
    notesOf: (cpus, byteOrder) =>
      cpus.map(({ pid, registers }, index) =>
        writePrstatus(registers, pid ?? index + 1, byteOrder, prstatus),
      ),
  },
  mmu,
};
