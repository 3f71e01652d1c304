import type { Registers } from '@vmcorekit/core';

const CR0_PG = 1n << 31n;
/**
 * Always 1 on every processor since the Pentium, so a CR0 without it never came from one. Source:
 * Intel SDM volume 3, "Control Registers".
 */
const CR0_ET = 1n << 4n;
/**
 * The L bit of a code segment, where QEMU keeps the descriptor's second word. Source: Intel SDM
 * volume 3, "Segment Descriptors".
 */
const longModeCode = 1n << 21n;
const privilegeMask = 3n;

/**
 * The architecture whose code an x86 CPU runs. With paging on, a kernel in long mode has a code
 * segment with L set; a 32-bit kernel does not. Undefined without paging (firmware), and for 32-bit
 * user code, which both kernels may run.
 */
export function x86ModeOf(registers: Registers): 'x86_64' | 'i386' | undefined {
  const [cr0, selector, flags] = ['cr0', 'cs', 'cs_flags'].map((name) => registers.get(name));
  if (cr0 === undefined || selector === undefined || flags === undefined || (cr0 & CR0_PG) === 0n) {
    return undefined;
  }
  if ((flags & longModeCode) !== 0n) {
    return 'x86_64';
  }
  return (selector & privilegeMask) === 0n ? 'i386' : undefined;
}

/**
 * Whether paging is on. Undefined for a CR0 that no processor has, such as zero in a note that was
 * never filled.
 */
export function isPaging(registers: Registers): boolean | undefined {
  const cr0 = registers.get('cr0');
  if (cr0 === undefined || (cr0 & (CR0_PG | CR0_ET)) === 0n) {
    return undefined;
  }
  return (cr0 & CR0_PG) !== 0n;
}

/**
 * Where a CPU's code is, from its instruction pointer: relative to the base of its code segment,
 * except in long mode, which has no base.
 */
export function instructionAddress(registers: Registers, pointerName: string): bigint | undefined {
  const pointer = registers.get(pointerName);
  const base = registers.get('cs_base') ?? 0n;
  const isLongMode = ((registers.get('cs_flags') ?? longModeCode) & longModeCode) !== 0n;
  return pointer === undefined || isLongMode ? pointer : BigInt.asUintN(32, base + pointer);
}
