import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { ftraceOpsOf } from '../../modules/ftrace-ops.ts';
import { perKernel } from '../../per-kernel.ts';

const maxTracers = 1024;
const maxTrampolineSizeInBytes = 4096;
/** FTRACE_OPS_FL_SAVE_REGS. Source: Linux, include/linux/ftrace.h. */
const saveRegistersFlag = 1n << 2n;

/** A copy of code. */
export interface Trampoline {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly origin: VirtualAddress;
}

/**
 * The code that a tracer's trampoline was copied from, at the same distance: its unwind rules are
 * those of the copy. Undefined for any other address. Source: Linux, arch/x86/kernel/unwind_orc.c
 * (orc_ftrace_find), arch/x86/kernel/ftrace.c (create_trampoline).
 */
export function trampolineOrigin(
  kernel: Kernel,
  address: VirtualAddress,
): VirtualAddress | undefined {
  const trampoline = trampolinesOf(kernel).find(
    ({ start, end }) => start <= address && address < end,
  );
  return trampoline === undefined ? undefined : trampoline.origin + (address - trampoline.start);
}

/** Copies of the kernel's code for tracers, each with its origin. */
export const trampolinesOf: (kernel: Kernel) => readonly Trampoline[] = perKernel(
  (kernel: Kernel) => {
    const plain = kernel.symbols.find('ftrace_caller')?.address;
    const saving = kernel.symbols.find('ftrace_regs_caller')?.address;
    if (plain === undefined || saving === undefined) {
      return [];
    }
    const found: Trampoline[] = [];
    for (const { trampoline: start, sizeInBytes: size, flags } of ftraceOpsOf(kernel, maxTracers)) {
      if (start === null || size === null || flags === null) {
        return [];
      }
      if (start !== 0n && size > 0n && size <= BigInt(maxTrampolineSizeInBytes)) {
        const origin = (flags & saveRegistersFlag) === 0n ? plain : saving;
        found.push({ start, end: start + size, origin });
      }
    }
    return found;
  },
);
