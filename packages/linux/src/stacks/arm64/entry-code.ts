import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';

/**
 * Whether an address is the code that enters the kernel from an exception. Source: Linux,
 * arch/arm64/kernel/vmlinux.lds.S (ENTRY_TEXT, `__entry_text_start`), arch/arm64/kernel/entry.S.
 */
export function isEntryCode(kernel: Kernel, address: VirtualAddress): boolean {
  const { start, end } = entryOf(kernel);
  return start <= address && address < end;
}

const entryOf = perKernel(({ symbols }: Kernel) => ({
  start: symbols.find('__entry_text_start')?.address ?? 0n,
  end: symbols.find('__entry_text_end')?.address ?? 0n,
}));
