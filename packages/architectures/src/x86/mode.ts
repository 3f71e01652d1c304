import type { Registers } from '@vmcorekit/core';

const CR0_PG = 1n << 31n;
/** The L bit of a code segment, where QEMU keeps the descriptor's second word. Source: Intel SDM volume 3, "Segment Descriptors". */
const longModeCode = 1n << 21n;
const privilegeMask = 3n;

/**
 * The architecture whose code an x86 CPU runs: with paging on, a kernel in long mode has a code segment with L set, and a 32-bit kernel
 * has not. Undefined without paging (firmware), and for 32-bit user code, which either kernel may run.
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
