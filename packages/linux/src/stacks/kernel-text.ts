import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

/** Whether an address is code of the kernel or of a module. */
export function isKernelCode(kernel: Kernel, address: VirtualAddress): boolean {
  return isOwnText(kernel, address) || (kernel.symbols.at(address)?.module ?? null) !== null;
}

/** Whether an address is code of the kernel itself, that of the boot included. */
export function isOwnText(kernel: Kernel, address: VirtualAddress): boolean {
  return textsOf(kernel).some(({ start, end }) => start <= address && address < end);
}

/** Whether an address is code of the boot, which the kernel frees and may have overwritten. */
export function isBootCode(kernel: Kernel, address: VirtualAddress): boolean {
  const boot = textsOf(kernel)[1];
  return boot !== undefined && boot.start <= address && address < boot.end;
}

/** The text, and that of the boot, in which the idle task of the first CPU began. */
const textsOf = perKernel(({ symbols }: Kernel) =>
  (
    [
      ['_stext', '_etext'],
      ['_sinittext', '_einittext'],
    ] as const
  ).map(([first, last]) => ({
    start: symbols.find(first)?.address ?? 0n,
    end: symbols.find(last)?.address ?? 0n,
  })),
);
