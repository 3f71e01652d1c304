import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';

/**
 * Whether an address is the code that enters the kernel. There the registers may still be those of
 * what was interrupted. Source: Linux, arch/powerpc/kernel/exceptions-64s.S, interrupt_64.S.
 */
export function isEntryCode(kernel: Kernel, address: VirtualAddress): boolean {
  const { start, end } = entryOf(kernel);
  return start <= address && address < end;
}

const entryOf = perKernel(({ symbols }: Kernel) => {
  const at = (name: string) => symbols.find(name)?.address ?? 0n;
  const [vectors, handlers] = [at('__end_interrupts'), at('__end_soft_masked')];
  return { start: at('__start_interrupts'), end: vectors > handlers ? vectors : handlers };
});
