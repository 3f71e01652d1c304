import type { PhysicalMemory, Registers } from '@vmcorekit/core';
import { type Arm64Root, arm64Root } from './root.ts';
import { type Arm64Shape, kernelShapes } from './shape.ts';

/** SCTLR_EL1.M: the MMU is on. */
const SCTLR_M = 1n;
/** TCR_EL1: the size of the kernel's half, and its granule, whose encoding differs from TG0's. */
const T1SZ_SHIFT = 16n;
const TG1_SHIFT = 30n;
const granules: ReadonlyMap<bigint, Arm64Shape['granuleBits']> = new Map([
  [1n, 14],
  [2n, 12],
  [3n, 16],
]);
/** The table's address in TTBR1_EL1, without the ASID above and CnP below. */
const tableMask = 0xffff_ffff_f000n;
/**
 * While a program runs, TTBR1_EL1 may name the trampoline's tables, two pages before the kernel's.
 * Source: Linux, arch/arm64/kernel/vmlinux.lds.S (tramp_pg_dir, TRAMP_SWAPPER_OFFSET).
 */
const pagesFromTrampoline = 2;

/**
 * The root of the kernel's half. No note holds the system registers; a hypervisor's own format
 * does. A kernel for 52 bits may run on a processor with fewer, so every shape with these pages is
 * tried, the one that TCR_EL1 states first. Source: Arm Architecture Reference Manual, DDI 0487,
 * TCR_EL1 and TTBR1_EL1.
 */
export function kernelRootsOf(_memory: PhysicalMemory, registers: Registers): Arm64Root[] {
  const [sctlr = 0n, tcr, ttbr1] = ['sctlr_el1', 'tcr_el1', 'ttbr1_el1'].map((name) =>
    registers.get(name),
  );
  if (tcr === undefined || ttbr1 === undefined || (sctlr & SCTLR_M) === 0n) {
    return [];
  }
  const granuleBits = granules.get((tcr >> TG1_SHIFT) & 3n);
  const addressBits = 64 - Number((tcr >> T1SZ_SHIFT) & 0x3fn);
  const isStated = (shape: Arm64Shape): boolean => shape.addressBits === addressBits;
  const shapes = kernelShapes.filter((shape) => shape.granuleBits === granuleBits);
  const named = Number(ttbr1 & tableMask);
  return [...shapes.filter(isStated), ...shapes.filter((shape) => !isStated(shape))].flatMap(
    (shape) => {
      const pageSizeInBytes = 2 ** shape.granuleBits;
      const table = named - (named % pageSizeInBytes);
      return [table, table + pagesFromTrampoline * pageSizeInBytes].map((address) =>
        arm64Root(address, shape),
      );
    },
  );
}
